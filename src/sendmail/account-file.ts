import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { reasonOf } from '../config/reason.js';
import { EXIT, SendmailError } from './sysexits.js';

const name = z.string().min(1);

const ACCOUNT = z.strictObject({
  url: name,
  user: name,
  'password-command': name.optional(),
  'password-file': name.optional(),
  netrc: name.optional(),
  starttls: z.enum(['never', 'try', 'require']).optional(),
  ca: name.optional(),
  insecure: z.boolean().optional(),
  mailbox: name.optional(),
  from: z
    .union([name, z.array(name)])
    .transform((value) => [value].flat())
    .optional(),
  domain: name.optional(),
  aliases: z.record(z.string(), name).optional(),
});

const FILE = z.strictObject({
  default: name.optional(),
  queue: z.boolean().optional(),
  accounts: z
    .record(z.string(), ACCOUNT)
    .refine((accounts) => Object.keys(accounts).length > 0, 'expected an account'),
});

/** An account as the file has it. */
export type AccountEntry = z.infer<typeof ACCOUNT>;
export type AccountFile = z.infer<typeof FILE>;

/** The keys of an account, as docs/sendmail.md has them. */
export const ACCOUNT_KEYS = Object.keys(ACCOUNT.shape);

/** @throws {SendmailError} in one line: which key, and what is expected */
export function parseAccountFile(text: string, path: string): AccountFile {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new SendmailError(EXIT.CONFIG, `${path}: no YAML: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  const result = FILE.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const at = issue?.path.join('.');
    throw new SendmailError(EXIT.CONFIG, `${path}: ${at ? `${at}: ` : ''}${issue?.message}`);
  }
  const { default: first, accounts } = result.data;
  if (first !== undefined && !Object.hasOwn(accounts, first)) {
    throw new SendmailError(EXIT.CONFIG, `${path}: default: no account ${first}`);
  }
  return result.data;
}

/**
 * Reads a file that decides where passwords go, or has one. Undefined if there is none.
 *
 * @param others what others may do with it at most: nothing with a password; what only this user may have written can be
 *   read by all, but a command that somebody else wrote there would be run as this user
 * @throws {SendmailError}
 */
export function readOwnFile(path: string, others: 'nothing' | 'read'): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SendmailError(EXIT.CONFIG, `${path}: ${reasonOf(error)}`);
  }
  try {
    const { mode, uid } = fstatSync(file);
    const self = process.getuid?.();
    if (self !== undefined && uid !== self && uid !== 0) {
      throw new SendmailError(EXIT.CONFIG, `${path}: belongs to another user`);
    }
    if (self !== undefined && (mode & (others === 'read' ? 0o022 : 0o077)) !== 0) {
      const what = others === 'read' ? 'change it: chmod go-w' : 'read it: chmod go=';
      throw new SendmailError(EXIT.CONFIG, `${path}: others can ${what} ${path}`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof SendmailError) throw error;
    throw new SendmailError(EXIT.CONFIG, `${path}: ${reasonOf(error)}`);
  } finally {
    closeSync(file);
  }
}
