import type { Type } from './value-types.js';

/** What is to be known of an option, besides its name. */
export interface Option {
  /** Heading in the help text. */
  readonly group:
    | 'Clients'
    | 'Upstream IMAP server'
    | 'Submission server'
    | 'Senders'
    | 'Limits'
    | 'Timeouts'
    | 'Admin listener'
    | 'Operation';
  readonly describe: string;
  /** How its text is understood. */
  readonly type: Type;
  /** As an operator would write it. */
  readonly default?: string;
  /** Says what applies when neither a value nor `default` is there, if that depends on something. */
  readonly otherwise?: string;
  /** May be given several times; in one text, commas separate. */
  readonly list?: true;
  /** A flag without a value means `true`. */
  readonly toggle?: true;
  /** Names a file or directory: in the config file, relative to the directory of that file. */
  readonly path?: true;
  /** Never a flag, as every user of the machine can read the command lines of all processes; never shown. */
  readonly secret?: true;
  /** A URL that may hold a password, and with one is no flag either. */
  readonly credentials?: true;
  /** Not in the config file. */
  readonly outside?: true;
}
