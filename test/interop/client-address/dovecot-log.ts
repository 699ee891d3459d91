import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../../support/service.js';

/** A login as Dovecot logs it. */
export interface LoggedLogin {
  readonly user: string;
  /** The client's address, as far as Dovecot knows. */
  readonly rip: string;
  /** Where it connected. */
  readonly lip: string;
  readonly session: string;
  readonly line: string;
}

const LOGIN =
  /imap-login: (?:Info: )?Login: user=<([^>]*)>.* rip=([^,]*), lip=([^,]*),.* session=<([^>]*)>.*/;

/** The logins so far; waits for one that `expected` finds, and for the first if it is not given. */
export async function logins(
  { logFile }: Pick<Service, 'logFile'>,
  expected: (login: LoggedLogin) => boolean = () => true,
): Promise<readonly LoggedLogin[]> {
  for (let tries = 0; ; tries++) {
    const text = await readFile(logFile, 'utf8');
    const found = text.split('\n').flatMap((line) => {
      const [, user = '', rip = '', lip = '', session = ''] = LOGIN.exec(line) ?? [];
      return user === '' ? [] : [{ user, rip, lip, session, line }];
    });
    if (found.some(expected)) return found;
    if (tries === 500) throw new Error(`not logged: ${text}`);
    await delay(20);
  }
}
