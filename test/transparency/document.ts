import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../../docs/transparency.md', import.meta.url), 'utf8');

/** A state of the proxy that decides what becomes of a capability. */
export type Circumstance = 'always' | 'startTls' | 'loginDisabled' | 'replayLogin';

export interface Rule {
  /** As the page has it; `…` stands for anything. */
  readonly name: string;
  readonly when: Circumstance;
}

/** What docs/transparency.md says about capability lists, in its order. */
export const ADDED: readonly Rule[] = rules('**Added**', (row) =>
  /imap:\/\//.test(row) ? 'startTls' : /the same, unless/.test(row) ? 'loginDisabled' : 'always',
);
export const REMOVED: readonly Rule[] = rules('**Removed**', (row) =>
  /while `LOGINDISABLED` is offered/.test(row)
    ? 'loginDisabled'
    : /with `--submission-auth user` only/.test(row)
      ? 'replayLogin'
      : 'always',
);

/** Commands that the page says the proxy answers; with what has to be true of their arguments, or of the proxy. */
export const ANSWERED: readonly { readonly names: readonly string[]; readonly condition: string }[] =
  tableAfter('## Commands that the proxy answers').map(([first = '']) => ({
    names: [...first.matchAll(/`([A-Z]+(?: SEND)?)/g)].map(([, name = '']) => name),
    condition: first.replace(/`(?:[A-Z]+(?: SEND)?)`,? ?/g, '').trim(),
  }));

export const matches = (rule: Rule, token: string): boolean => {
  const [head = '', tail = rule.name] = rule.name.split('…');
  return rule.name.includes('…') ? token.startsWith(head) && token.endsWith(tail) : token === rule.name;
};

function rules(heading: string, circumstance: (row: string) => Circumstance): Rule[] {
  return tableAfter(heading).flatMap((cells) =>
    [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({
      name,
      when: circumstance(cells.slice(1).join()),
    })),
  );
}

/** The rows of the first table behind `heading`, without its head. */
function tableAfter(heading: string): string[][] {
  const lines = PAGE.slice(PAGE.indexOf(heading)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const table = lines.slice(first);
  const end = table.findIndex((line) => !line.startsWith('|'));
  return table.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
