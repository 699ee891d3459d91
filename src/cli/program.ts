import yargs from 'yargs';
import { ConfigError } from '../config/problem.js';
import { clean } from '../log/clean.js';
import { VERSION } from '../version.js';
import { check } from './check.js';
import { send } from './send.js';
import { sendmail } from './sendmail.js';
import { StartError, serve } from './serve.js';

const program = yargs(process.argv.slice(2))
  .scriptName('imap-send-proxy')
  .usage('$0 <command>\n\nA transparent IMAP proxy that adds the command SEND to the mail server you have.')
  .command(serve)
  .command(check)
  .command(send)
  .command(sendmail)
  .demandCommand(1, 'a command is needed: serve, check, send or sendmail')
  .strictCommands()
  .version(VERSION)
  .locale('en')
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  // Options reach the configuration as they were typed: it alone decides what they mean.
  .parserConfiguration({
    'boolean-negation': false,
    'camel-case-expansion': false,
    'dot-notation': false,
    'greedy-arrays': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
  })
  .fail((message, error) => {
    // yargs has an error of its own for some mistakes of the user, and none for others.
    throw error === undefined || error.name === 'YError'
      ? new ConfigError({ text: message ?? error.message })
      : error;
  });

try {
  await program.parseAsync();
  // Not left to the event loop: a handle that somebody forgot must not keep a stopped service alive.
  process.exit(process.exitCode ?? 0);
} catch (error) {
  const { line, code } = describe(error);
  process.stderr.write(`imap-send-proxy: ${line}\n`);
  process.exit(code);
}

/** Exit code 2: the command line or configuration is wrong, starting again will not help. 1: something else is. */
function describe(error: unknown): { line: string; code: number } {
  if (error instanceof ConfigError) return { line: clean(error.message, 1000), code: 2 };
  if (error instanceof StartError) return { line: clean(error.message, 1000), code: 1 };
  return { line: `internal error: ${error instanceof Error ? error.stack : String(error)}`, code: 1 };
}
