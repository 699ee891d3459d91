import type { CommandModule } from 'yargs';
import { ConfigError } from '../config/problem.js';

/**
 * For the list of commands: what sendmail(8) takes is not for yargs (`-oi`, `-FCronDaemon`), and does not come here. What
 * does must not look like a message that was sent.
 */
export const sendmail: CommandModule = {
  command: 'sendmail [recipients..]',
  describe: 'Send the message on standard input, as sendmail(8) does; -q and -bp for what is kept',
  handler: () => {
    throw new ConfigError({ key: 'sendmail', text: 'expected to be the first argument' });
  },
};
