import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { connect } from '../../src/client/connect.js';
import { Secret } from '../../src/secret.js';

/** An IMAP server for what no real one does: it is logged in to at once, and says to SEND what it is told. */
export interface ScriptedServer {
  readonly port: number;
  /** Commands with their arguments, without tags. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}

/**
 * @param answer to a SEND
 * @param answers in place of those below: what goes before the tagged OK, or NO if it begins with that
 */
async function startScriptedServer(
  answer: (tag: string, socket: Socket) => void,
  capabilities = 'IMAP4rev1 SEND',
  answers: Readonly<Record<string, string>> = {},
): Promise<ScriptedServer> {
  const before: Readonly<Record<string, string>> = { ...ANSWERS, ...answers };
  const commands: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.write(`* PREAUTH [CAPABILITY ${capabilities}] ready\r\n`);
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
        commands.push(command);
        if (/^(UID )?SEND /.test(command)) answer(tag, socket);
        else {
          const said = before[command.replace('UID ', '').split(' ')[0] ?? ''] ?? '';
          socket.write(said.startsWith('NO') ? `${tag} ${said}\r\n` : `${said}${tag} OK done\r\n`);
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One for a test, and a client that has opened a mailbox there. */
export async function scripted(
  context: TestContext,
  ...script: Parameters<typeof startScriptedServer>
): Promise<{ readonly client: ImapFlow; readonly server: ScriptedServer }> {
  const server = await startScriptedServer(...script);
  const account = { host: '127.0.0.1', port: server.port, tls: 'none', user: 'anna' } as const;
  const client = await connect({ ...account, password: new Secret('secret') });
  context.after(async () => {
    client.close();
    await server.stop();
  });
  await client.mailboxOpen('INBOX');
  return { client, server };
}

const ANSWERS: Readonly<Record<string, string>> = {
  LIST: '* LIST () "/" INBOX\r\n',
  SELECT: '* 3 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs\r\n* OK [UIDNEXT 4] next\r\n',
};
