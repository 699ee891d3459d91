import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ImapFlow } from 'imapflow';
import { connect } from '../../src/client/connect.js';
import { Secret } from '../../src/secret.js';
import { type Meter, startMeter } from '../interop/send/meter.js';
import { type Dovecot, startDovecot } from '../support/dovecot.js';
import { type Delivery, type Postfix, startPostfix } from '../support/postfix.js';
import { type RunningProxy, startProxy } from '../support/proxy.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const account = { user: 'anna@example.org', password: 'anna secret' };

/** Anna's machine: her home with the account file of docs/clients.md, and servers that she reaches through the proxy. */
export interface World {
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly meter: Meter;
  readonly proxy: RunningProxy;
  readonly observer: ImapFlow;
  /** A block of docs/clients.md, by its language, as it has to be on this machine. */
  snippet(language: string): string;
  /** What arrived with that subject, and the copies of it in Sent with their flags. */
  found(subject: string): Promise<{ readonly arrived: Delivery[]; readonly copies: Copy[] }>;
}

export interface Copy {
  readonly content: string;
  readonly flags: readonly string[];
}

/** One for the tests of a file; there while they run. */
export function withWorld(): () => World {
  let [dovecot, postfix, proxy, meter, files, observer]: [
    Dovecot?,
    Postfix?,
    RunningProxy?,
    Meter?,
    Scratch?,
    ImapFlow?,
  ] = [];
  let world: World;
  before(async () => {
    const refuse = { 'eve@example.com': '550 5.1.1 No Eve here' };
    [dovecot, postfix] = await Promise.all([
      startDovecot({ accounts: [account] }),
      startPostfix({ auth: { accounts: [account] }, senderMustBeLogin: true, refuse }),
    ]);
    proxy = await startProxy({
      upstream: `imap://127.0.0.1:${dovecot.port}`,
      submission: `smtp://127.0.0.1:${postfix.port}`,
    });
    meter = await startMeter(proxy.port);
    files = scratchDirectory('sendmail');
    observer = await connect({
      host: '127.0.0.1',
      port: dovecot.port,
      tls: 'none',
      user: account.user,
      password: new Secret(account.password),
    });
    world = await furnish(files.path, { proxy, meter, postfix, observer });
  });
  after(async () => {
    observer?.close();
    await meter?.close();
    await proxy?.stop();
    await Promise.all([dovecot?.stop(), postfix?.stop()]);
    await files?.remove();
  });
  return () => world;
}

async function furnish(
  home: string,
  servers: Pick<World, 'proxy' | 'meter' | 'observer'> & { readonly postfix: Postfix },
): Promise<World> {
  const document = await readFile(join(root, 'docs/clients.md'), 'utf8');
  const { meter, postfix, observer } = servers;
  const snippet = (language: string): string => {
    const [, block] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(document) ?? [];
    if (block === undefined) throw new Error(`docs/clients.md has no ${language}`);
    return block
      .replaceAll('imaps://mail.example.org', `imap://127.0.0.1:${meter.port}`)
      .replaceAll('/usr/local/sbin/', join(home, 'bin/'))
      .replaceAll('pass show mail/anna', `echo ${account.password}`);
  };
  const bin = join(home, 'bin');
  const config = join(home, '.config/imap-send-proxy');
  for (const directory of [bin, config]) await mkdir(directory, { recursive: true });
  for (const name of ['imap-send-proxy', 'sendmail', 'mailq']) {
    await symlink(join(root, 'dist/src/cli/main.js'), join(bin, name));
  }
  await writeFile(join(config, 'accounts.yaml'), snippet('yaml'), { mode: 0o600 });
  return {
    ...servers,
    home,
    environment: {
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: home,
      // S-nail has root at home in /root, whatever HOME says.
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_STATE_HOME: join(home, '.local/state'),
      DEAD: '/dev/null',
      TMPDIR: home,
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm',
      EMAIL: account.user,
    },
    snippet,
    async found(subject) {
      const arrived = (await postfix.deliveries()).filter(({ content }) => subjectOf(content) === subject);
      await observer.mailboxOpen('Sent');
      await observer.noop();
      const { exists } = observer.mailbox as { exists: number };
      const stored = exists === 0 ? [] : await observer.fetchAll('1:*', { flags: true, source: true });
      const copies = stored
        .map(({ flags = new Set(), source = '' }) => ({ content: String(source), flags: [...flags].sort() }))
        .filter(({ content }) => subjectOf(content) === subject);
      return { arrived, copies };
    },
  };
}

const subjectOf = (message: string): string | undefined => /^Subject: (.*?)\r?$/m.exec(message)?.[1];
