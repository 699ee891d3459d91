import yargs, { type Argv } from 'yargs';
import { ConfigError } from '../config/problem.js';
import { VERSION } from '../version.js';
import { check } from './check.js';
import { completion } from './completion.js';
import { send } from './send.js';
import { sendmail } from './sendmail.js';
import { serve } from './serve.js';

/**
 * The program as its help, its completion and its manual page know it.
 *
 * @param columns that the help may have; null for as many as it takes
 */
export function createProgram(args: readonly string[], columns: number | null): Argv {
  return (
    yargs(args)
      .scriptName('imap-send-proxy')
      .usage(
        '$0 <command>\n\nA transparent IMAP proxy that adds the command SEND to the mail server you have.',
      )
      .command(serve)
      .command(check)
      .command(send)
      .command(sendmail)
      .demandCommand(1, 'a command is needed: serve, check, send or sendmail')
      .strictCommands()
      .completion(
        'completion',
        'Print a script that completes words of the command line, for bash or zsh',
        completion(args),
      )
      .version(VERSION)
      .locale('en')
      .wrap(columns)
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
      })
  );
}
