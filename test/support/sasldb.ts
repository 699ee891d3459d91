import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Writes the password database of Cyrus SASL, which Cyrus and Postfix read. A user is `name@realm`; the names
 * of one without realm are looked up in the realm of the server's own name.
 */
export async function writeSasldb(
  file: string,
  accounts: readonly { readonly user: string; readonly password: string }[],
): Promise<void> {
  for (const { user, password } of accounts) {
    const at = user.lastIndexOf('@');
    const identity = at < 0 ? [user] : ['-u', user.slice(at + 1), user.slice(0, at)];
    // -p takes the password from standard input: as an argument it would be seen by everybody.
    const program = spawn('saslpasswd2', ['-p', '-c', '-f', file, ...identity], {
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    program.stdin.end(password);
    const [code] = await once(program, 'close');
    if (code !== 0) throw new Error(`saslpasswd2 ended with ${code}`);
  }
}
