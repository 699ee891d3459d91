import type { Argv, CommandModule } from 'yargs';
import { type Arguments, PASSWORD_VARIABLE, readAccount } from './connection-options.js';
import { readTask, SEND_OPTIONS } from './send-options.js';

export const send: CommandModule<object, Arguments> = {
  command: 'send [files..]',
  describe: 'Append messages to a mailbox and send them with SEND',
  builder: (parser: Argv) =>
    parser
      .positional('files', { describe: 'Message files, mboxes and Maildirs' })
      .options(SEND_OPTIONS)
      .strictOptions()
      .epilogue(
        `The password comes from a file, or from ${PASSWORD_VARIABLE} in the environment, never from a flag. ` +
          'Repeated after any interruption, the same command stores and sends nothing twice. Exit codes: 0 all sent; ' +
          '1 some were refused or cannot be sent; 2 the command, the login, the server or the mailbox does not do; ' +
          '3 of some nobody knows whether they were sent; 75 the same command again may do the rest; 130 stopped by a ' +
          'signal, likewise.',
      ) as Argv<Arguments>,
  handler: async (given) => {
    const [, ...behindDashes] = given['_'] as string[];
    const paths = [given['files'] ?? [], behindDashes].flat().map(String);
    const task = readTask(given, paths);
    const account = readAccount(given, process.env);
    // Imported now, not above: `serve` has no use for an IMAP client in its memory.
    const { runSend } = await import('./send-session.js');
    process.exitCode = await runSend(task, account, given['json'] !== undefined);
  },
};
