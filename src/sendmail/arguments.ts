import { FLAGS, OTHER_MODES } from './flags.js';

/** What a command line asks for. */
export type Invocation =
  | ({ readonly kind: 'send' } & SendRequest)
  | ({ readonly kind: 'flush' } & Common)
  | ({ readonly kind: 'list' } & Common)
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** Nothing that can be done; the reason is for whoever called. */
  | { readonly kind: 'refused'; readonly text: string };

interface Common {
  readonly accountFile?: string;
  readonly verbose: boolean;
}

export interface SendRequest extends Common {
  /** Name of the account (`-a`). */
  readonly account?: string;
  /** As they were given: one argument may have several. */
  readonly recipients: readonly string[];
  /** Those in the header, too (`-t`). */
  readonly fromHeader: boolean;
  /** A line with a single dot belongs to the message (`-i`). */
  readonly ignoreDots: boolean;
  /** As it was given (`-f`). */
  readonly sender?: string;
  readonly fullName?: string;
  readonly queue: boolean;
}

/**
 * Reads the arguments of sendmail(8). Letters may stand together (`-ti`) and recipients among them, as getopt(3) of
 * the GNU C library has it; behind `--` everything is a recipient.
 */
export function readArguments(argv: readonly string[]): Invocation {
  const read: Read = { letters: new Map(), options: [], recipients: [], words: new Set() };
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      read.recipients.push(...rest);
      break;
    }
    if (argument === '--help' || argument === '--version')
      return { kind: argument === '--help' ? 'help' : 'version' };
    if (argument.startsWith('--')) {
      if (argument !== '--queue') return refused(`unknown option ${argument}: see --help`);
      read.words.add(argument);
    } else if (argument.startsWith('-') && argument !== '-') {
      const problem = readLetters(argument.slice(1), rest, read);
      if (problem !== undefined) return refused(problem);
    } else {
      read.recipients.push(argument);
    }
  }
  return invocationOf(read);
}

interface Read {
  /** The last value of each; empty where there is none. */
  readonly letters: Map<string, string>;
  /** Values of `-o` and `-O`. */
  readonly options: string[];
  readonly recipients: string[];
  readonly words: Set<string>;
}

/** The problem, if there is one. */
function readLetters(cluster: string, rest: string[], { letters, options }: Read): string | undefined {
  for (let at = 0; at < cluster.length; at++) {
    const letter = cluster.charAt(at);
    const flag = Object.hasOwn(FLAGS, letter) ? FLAGS[letter] : undefined;
    if (flag === undefined) return `unknown option -${letter}: see --help`;
    if (flag.value === 'none') {
      letters.set(letter, '');
      continue;
    }
    const attached = cluster.slice(at + 1);
    const value = attached !== '' || flag.value === 'attached' ? attached : rest.shift();
    if (value === undefined) return `-${letter} needs a value: see --help`;
    if (letter === 'o') options.push(value);
    else if (letter === 'O') options.push(LONG_OPTIONS[value.replace(/[= ].*/, '').toLowerCase()] ?? '');
    else letters.set(letter, value);
    return undefined;
  }
  return undefined;
}

/** The only ones of sendmail(8)'s options that mean something here, by their old letters. */
const LONG_OPTIONS: Readonly<Record<string, string>> = { ignoredots: 'i' };

function invocationOf({ letters, options, recipients, words }: Read): Invocation {
  const mode = letters.get('b') ?? 'm';
  const reason = Object.hasOwn(OTHER_MODES, mode) ? OTHER_MODES[mode] : undefined;
  if (reason !== undefined) return refused(`-b${mode}: ${reason}`);
  if (mode !== 'm' && mode !== 'p') return refused(`-b${mode}: unknown mode, see --help`);
  const accountFile = letters.get('C');
  const common = { verbose: letters.has('v'), ...(accountFile !== undefined && { accountFile }) };
  const flush = letters.get('q');
  if (flush !== undefined || mode === 'p') {
    if (flush !== undefined && flush !== '' && flush !== 'f') {
      return refused(`-q${flush}: it is no daemon, and -q sends all that is kept`);
    }
    if (recipients.length > 0) return refused('-q and -bp take no recipients');
    return { kind: mode === 'p' ? 'list' : 'flush', ...common };
  }
  const [sender, fullName, account] = [
    letters.get('f') ?? letters.get('r'),
    letters.get('F'),
    letters.get('a'),
  ];
  if (sender !== undefined && /^\s*(?:<\s*>)?\s*$/.test(sender)) {
    return refused('-f with an empty sender: SEND has none, and its bounces would go nowhere');
  }
  if (recipients.length === 0 && !letters.has('t')) return refused('no recipients: name them, or use -t');
  return {
    kind: 'send',
    ...common,
    ...(account !== undefined && { account }),
    ...(sender !== undefined && { sender }),
    ...(fullName !== undefined && fullName !== '' && { fullName }),
    recipients,
    fromHeader: letters.has('t'),
    ignoreDots: letters.has('i') || options.includes('i'),
    queue: words.has('--queue'),
  };
}

const refused = (text: string): Invocation => ({ kind: 'refused', text });
