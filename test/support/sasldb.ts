import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Writes the password database of Cyrus SASL, which Cyrus and Postfix read, as saslpasswd2(8) would; that takes a process
 * for each account. A user is `name@realm`.
 */
export async function writeSasldb(
  file: string,
  accounts: readonly { readonly user: string; readonly password: string }[],
): Promise<void> {
  const records = accounts.flatMap(({ user, password }) => {
    const at = user.lastIndexOf('@');
    return [`${user.slice(0, at)}\0${user.slice(at + 1)}\0userPassword`, password];
  });
  // The format of db_dump(1). Passwords go through standard input: as arguments they would be seen by everybody.
  const dump = [
    'VERSION=3',
    'format=bytevalue',
    'type=hash',
    'HEADER=END',
    ...records.map(hexLine),
    'DATA=END',
  ];
  const program = spawn('db_load', [file], { stdio: ['pipe', 'ignore', 'inherit'] });
  program.stdin.end(dump.map((line) => `${line}\n`).join(''));
  const [code] = await once(program, 'close');
  if (code !== 0) throw new Error(`db_load ended with ${code}`);
}

const hexLine = (text: string): string => ` ${Buffer.from(text, 'utf8').toString('hex')}`;
