/** A login of a netrc file, as ftp, curl and git know it. */
export interface NetrcLogin {
  readonly user?: string;
  readonly password: string;
}

/**
 * Finds the login for a host: of the first `machine` with that name, and that user if one is asked for; else `default`.
 * Undefined when there is none with a password. A macro (`macdef`) ends at an empty line.
 */
export function findLogin(netrc: string, host: string, user?: string): NetrcLogin | undefined {
  return entriesOf(netrc).find(
    (entry): entry is Entry & NetrcLogin =>
      (entry.machine === undefined || entry.machine.toLowerCase() === host.toLowerCase()) &&
      (user === undefined || entry.user === undefined || entry.user === user) &&
      entry.password !== undefined,
  );
}

interface Entry {
  /** Undefined: `default`. */
  machine?: string;
  user?: string;
  password?: string;
}

function entriesOf(netrc: string): Entry[] {
  const entries: Entry[] = [];
  const words = wordsOf(netrc.replace(/^\s*macdef\b.*(?:\n.+)*/gm, ''));
  for (let word = words.next(); !word.done; word = words.next()) {
    const last = entries.at(-1);
    if (word.value === 'default') entries.push({});
    else if (word.value === 'machine') entries.push({ machine: words.next().value ?? '' });
    else if (word.value === 'account') words.next();
    else if (word.value === 'login' && last) last.user = words.next().value ?? '';
    else if (word.value === 'password' && last) last.password = words.next().value ?? '';
  }
  return entries;
}

/** Words may be quoted, with `\` before a quotation mark or another `\`. `#` begins a comment where a word could. */
function* wordsOf(text: string): Generator<string, undefined> {
  for (const line of text.split(/\r?\n/)) {
    for (const [word, quoted] of line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)) {
      if (quoted === undefined && word.startsWith('#')) break;
      yield quoted === undefined ? word : quoted.replace(/\\(.)/g, '$1');
    }
  }
  return undefined;
}
