import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An IMAP server for what no real one does: it is logged in to at once, and says to SEND what it is told. */
export interface ScriptedServer {
  readonly port: number;
  /** Commands with their arguments, without tags. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}

/** @param answer what is written for a SEND; `reset` ends the connection instead */
export async function startScriptedServer(
  answer: (tag: string, socket: Socket) => void,
  capabilities = 'IMAP4rev1 SEND',
): Promise<ScriptedServer> {
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
        else socket.write(`${ANSWERS[command.split(' ')[0] ?? ''] ?? ''}${tag} OK done\r\n`);
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

const ANSWERS: Readonly<Record<string, string>> = {
  LIST: '* LIST () "/" INBOX\r\n',
  SELECT: '* 3 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs\r\n* OK [UIDNEXT 4] next\r\n',
};
