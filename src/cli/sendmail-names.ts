import { basename } from 'node:path';

/**
 * The arguments of sendmail(8), if the program was called as that: by its command, or by a link with the name `sendmail`
 * or `mailq`, which is what programs need that take a path and nothing else.
 */
export function sendmailArguments([, path = '', command, ...rest]: readonly string[]):
  | readonly string[]
  | undefined {
  const given = command === undefined ? [] : [command, ...rest];
  switch (basename(path)) {
    case 'sendmail':
      return given;
    case 'mailq':
      return ['-bp', ...given];
    default:
      return command === 'sendmail' ? rest : undefined;
  }
}
