import { type Element, parseString, type Rules } from 'abnf';

/** Where a rule can end that begins at `at`: for what ABNF cannot say, as how many octets a literal has. */
export type Counted = (octets: string, at: number) => readonly number[];

/**
 * Recognises octets, one in each character, by ABNF (RFC 5234). Alternatives have no order in ABNF, and so it follows
 * all of them: a parser that takes the first that fits would need other rules than those of the RFCs.
 */
export class Grammar {
  readonly #rules: Rules;
  readonly #counted: Readonly<Record<string, Counted>>;

  /** @param counted takes the place of the rules of these names, which are in lower case */
  constructor(abnf: string, counted: Readonly<Record<string, Counted>> = {}) {
    this.#rules = parseString(abnf);
    this.#counted = counted;
  }

  /** Names that no rule defines. */
  undefinedRules(): string[] {
    const names = this.#rules.refs.map(({ name }) => name);
    return [...new Set(names.filter((name) => this.#rules.defs[name.toUpperCase()] === undefined))];
  }

  /** The names of all rules that can be reached from these, in lower case, themselves included. */
  reachable(...from: readonly string[]): Set<string> {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      for (const next of referencesOf(this.#definition(name))) visit(next.toLowerCase());
    };
    for (const name of from) visit(name);
    return reached;
  }

  /** Undefined if all of `octets` are a `rule`; otherwise up to where they could be the begin of one. */
  mismatch(rule: string, octets: string): number | undefined {
    const run = new Run(octets, (name) => this.#definition(name), this.#counted);
    return run.ends({ type: 'ruleref', name: rule }, 0).includes(octets.length) ? undefined : run.furthest;
  }

  matches(rule: string, octets: string): boolean {
    return this.mismatch(rule, octets) === undefined;
  }

  #definition(name: string): Element {
    const rule = this.#rules.defs[name.toUpperCase()];
    if (rule === undefined) throw new Error(`there is no rule ${name}`);
    return rule.def;
  }
}

class Run {
  furthest = 0;
  /** By rule and place; undefined while the rule is looked at. */
  readonly #known = new Map<string, readonly number[] | undefined>();

  constructor(
    private readonly octets: string,
    private readonly definition: (name: string) => Element,
    private readonly counted: Readonly<Record<string, Counted>>,
  ) {}

  /** Where an element can end that begins at `at`. */
  ends(element: Element, at: number): readonly number[] {
    switch (element.type) {
      case 'caseSensitveString':
        return this.#if(this.octets.startsWith(element.str, at), at + element.str.length);
      case 'caseInsensitveString': {
        const found = this.octets.slice(at, at + element.str.length);
        return this.#if(found.toLowerCase() === element.str.toLowerCase(), at + element.str.length);
      }
      case 'range': {
        const code = this.octets.charCodeAt(at);
        return this.#if(code >= element.first && code <= element.last, at + 1);
      }
      case 'ruleref':
        return this.#rule(element.name.toLowerCase(), at);
      case 'group':
        return this.ends(element.alt, at);
      case 'alternation':
        return distinct(element.alts.flatMap((alternative) => this.ends(alternative, at)));
      case 'concatenation':
        return element.elements.reduce<readonly number[]>((ats, next) => this.#after(ats, next), [at]);
      case 'repetition':
        return this.#repetition(element.el, element.rep, at);
      case 'prose':
        throw new Error(`prose is no rule: <${element.str}>`);
    }
  }

  #repetition(element: Element, { min, max }: { min: number; max: number | null }, at: number): number[] {
    const found = new Set<number>();
    let ats: readonly number[] = [at];
    for (let count = 0; ats.length > 0; count++) {
      if (count >= min) {
        ats = ats.filter((each) => !found.has(each));
        for (const each of ats) found.add(each);
      }
      if (count === max) break;
      ats = this.#after(ats, element);
    }
    return [...found];
  }

  #after(ats: readonly number[], element: Element): readonly number[] {
    return distinct(ats.flatMap((at) => this.ends(element, at)));
  }

  #rule(name: string, at: number): readonly number[] {
    const key = `${at} ${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.has(key)) throw new Error(`${name} begins with itself`);
    this.#known.set(key, undefined);
    const count = this.counted[name];
    const ends = count ? count(this.octets, at) : this.ends(this.definition(name), at);
    this.#known.set(key, ends);
    return ends;
  }

  #if(holds: boolean, end: number): readonly number[] {
    if (!holds || end > this.octets.length) return [];
    this.furthest = Math.max(this.furthest, end);
    return [end];
  }
}

const distinct = (numbers: readonly number[]): readonly number[] =>
  numbers.length < 2 ? numbers : [...new Set(numbers)];

function referencesOf(element: Element): string[] {
  switch (element.type) {
    case 'ruleref':
      return [element.name];
    case 'group':
      return referencesOf(element.alt);
    case 'alternation':
      return element.alts.flatMap(referencesOf);
    case 'concatenation':
      return element.elements.flatMap(referencesOf);
    case 'repetition':
      return referencesOf(element.el);
    case 'caseSensitveString':
    case 'caseInsensitveString':
    case 'range':
    case 'prose':
      return [];
  }
}
