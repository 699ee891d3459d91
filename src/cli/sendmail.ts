import type { CommandModule } from 'yargs';

/**
 * For the list of commands only: what sendmail(8) takes is not for yargs (`-oi`, `-FCronDaemon`), and does not come here.
 */
export const sendmail: CommandModule = {
  command: 'sendmail [recipients..]',
  describe: 'Send the message on standard input, as sendmail(8) does; -q and -bp for what is kept',
  handler: () => {},
};
