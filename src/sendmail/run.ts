import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { clean } from '../log/clean.js';
import { VERSION } from '../version.js';
import { type Environment, type NamedAccount, readAccounts, spoolDirectory } from './accounts.js';
import { readArguments, type SendRequest } from './arguments.js';
import { compose, senderHint } from './compose.js';
import { Delivery } from './deliver.js';
import { HELP } from './flags.js';
import { flush, sendOrKeep } from './flush.js';
import { readInput } from './input.js';
import { listing } from './listing.js';
import { exitOf } from './outcome.js';
import { Spool } from './spool.js';
import { EXIT, type Exit, SendmailError } from './sysexits.js';

export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
}

/** What one message may have at most, in octets. */
const MAX_OCTETS = 256 * 1024 * 1024;

/** Carries out a command line of sendmail(8); the exit code (sysexits.h). */
export async function runSendmail(
  argv: readonly string[],
  environment: Environment,
  streams: Streams,
): Promise<Exit> {
  const say = (text: string) => void streams.errors.write(`sendmail: ${clean(text, 2000)}\n`);
  const invocation = readArguments(argv);
  try {
    switch (invocation.kind) {
      case 'help':
        streams.output.write(HELP);
        return EXIT.OK;
      case 'version':
        streams.output.write(`${VERSION}\n`);
        return EXIT.OK;
      case 'refused':
        say(invocation.text);
        return EXIT.USAGE;
      case 'list':
        streams.output.write(listing(new Spool(spoolDirectory(environment))));
        return EXIT.OK;
      case 'flush': {
        const accounts = readAccounts(environment, invocation.accountFile);
        const spool = new Spool(spoolDirectory(environment));
        return await flush(spool, accounts, environment, ({ recipients, path }, outcome) => {
          if (outcome.kind === 'sent' && !invocation.verbose) return;
          const where = outcome.kind === 'sent' ? '' : ` (${path})`;
          say(`to ${clean(recipients.join(', ') || '?')}: ${outcome.text}${where}`);
        });
      }
      case 'send':
        return await send(invocation, environment, streams.input, say);
    }
  } catch (error) {
    if (error instanceof SendmailError) {
      say(error.message);
      return error.exit;
    }
    // Of the spool: a disk that is full now need not be later.
    const { syscall, message, stack } = error as NodeJS.ErrnoException;
    say(syscall === undefined ? `internal error: ${stack}` : message);
    return syscall === undefined ? EXIT.SOFTWARE : EXIT.TEMPFAIL;
  }
}

async function send(
  request: SendRequest,
  environment: Environment,
  stdin: Readable,
  say: (text: string) => void,
): Promise<Exit> {
  const accounts = readAccounts(environment, request.accountFile);
  const input = readInput(await readAll(stdin), request.ignoreDots);
  if (input.fields.length === 0 && input.body.length === 0)
    throw new SendmailError(EXIT.DATAERR, 'no message');
  const { account: name } = request;
  const account = name === undefined ? accounts.forSender(senderHint(input, request)) : accounts.named(name);
  const { octets, sender, recipients } = compose(input, request, surroundings(account));
  const delivery = new Delivery(account, environment);
  const queued = new Date().toISOString();
  const outcome =
    request.queue || accounts.queue
      ? await sendOrKeep(
          new Spool(spoolDirectory(environment)),
          { account: account.name, sender, recipients: [...recipients], queued, octets },
          delivery,
        )
      : await delivery.deliver(octets);
  await delivery.end();
  if (outcome.kind !== 'sent' || request.verbose) say(outcome.text);
  return exitOf(outcome);
}

function surroundings({ entry }: NamedAccount): Parameters<typeof compose>[2] {
  const { aliases = {}, domain, from = [], user } = entry;
  const address = from.find((each) => !each.startsWith('@')) ?? (user.includes('@') ? user : undefined);
  return {
    names: { aliases, ...(domain !== undefined && { domain }) },
    ...(address !== undefined && { from: address }),
    now: new Date(),
    unique: randomUUID(),
  };
}

async function readAll(stdin: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_OCTETS)
        throw new SendmailError(EXIT.DATAERR, `the message is over ${MAX_OCTETS} octets`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof SendmailError) throw error;
    throw new SendmailError(EXIT.NOINPUT, `standard input cannot be read: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks);
}
