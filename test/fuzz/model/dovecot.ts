import { isTag } from '../../../src/imap/command.js';
import { authenticate, logIn, type Reading, verdictOf, type Wire } from './wire.js';

const WITHOUT_ARGUMENTS = new Set(['NOOP', 'CHECK', 'CAPABILITY', 'CLOSE']);
const WITH_ARGUMENTS = new Set(['SEARCH', 'FETCH', 'SELECT', 'LIST', 'STORE', 'UID SEARCH', 'UID FETCH']);

/** How Dovecot reads a client's stream: lib-imap/imap-parser.c, imap-login-client.c, imap-client.c, cmd-append.c. */
export function* dovecot(wire: Wire): Reading<never> {
  for (;;) {
    wire.idle = true;
    yield* wire.peek();
    wire.idle = false;
    yield* command(wire);
  }
}

function* command(wire: Wire): Reading<void> {
  const tag = yield* word(wire);
  if (!isTag(tag)) {
    wire.say('* BAD no tag');
    return yield* wire.skipLine();
  }
  let name = (yield* word(wire)).toUpperCase();
  if (wire.user === undefined) return yield* beforeLogin(wire, tag, name);
  if (name === 'UID') name = `UID ${(yield* word(wire)).toUpperCase()}`;
  if (WITHOUT_ARGUMENTS.has(name)) {
    wire.say(`${tag} ${verdictOf(tag)}`);
    return yield* wire.skipLine();
  }
  if (name === 'UNAUTHENTICATE') {
    yield* wire.skipLine();
    wire.user = undefined;
    return wire.say(`${tag} OK out`);
  }
  if (name === 'APPEND') return yield* append(wire, tag);
  if (name === 'IDLE') return yield* idle(wire, tag);
  if (WITH_ARGUMENTS.has(name)) {
    const read = yield* readArguments(wire);
    return wire.say(`${tag} ${read === undefined ? 'BAD unreadable' : verdictOf(tag)}`);
  }
  // Before the end of the line; what a non-synchronizing literal holds are commands.
  wire.say(`${tag} BAD unknown`);
  yield* wire.skipLine();
}

/** A word, and the blank behind it. */
function* word(wire: Wire): Reading<string> {
  const read = yield* wire.word(' \r\n');
  if ((yield* wire.peek()) === ' ') yield* wire.get();
  return read;
}

/** Here the arguments of every command are read, literals among them. */
function* beforeLogin(wire: Wire, tag: string, name: string): Reading<void> {
  const read = yield* readArguments(wire);
  if (read === undefined) return wire.say(`${tag} BAD unreadable`);
  if (name === 'LOGIN') {
    const [user, password, ...more] = read;
    if (user === undefined || password === undefined || more.length > 0) wire.say(`${tag} BAD LOGIN`);
    else logIn(wire, tag, utf8(user), utf8(password));
  } else if (name === 'AUTHENTICATE') {
    yield* sasl(wire, tag, read);
  } else {
    wire.say(`${tag} ${WITHOUT_ARGUMENTS.has(name) ? verdictOf(tag) : 'BAD unknown'}`);
  }
}

const utf8 = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8');

function* sasl(wire: Wire, tag: string, given: readonly string[]): Reading<void> {
  const [mechanism = '', initial, ...more] = given;
  if (!/^(?:PLAIN|LOGIN)$/i.test(mechanism) || more.length > 0) return wire.say(`${tag} BAD AUTHENTICATE`);
  yield* authenticate(wire, tag, mechanism.toUpperCase(), initial);
}

function* idle(wire: Wire, tag: string): Reading<void> {
  yield* wire.skipLine();
  wire.say('+ idling');
  const done = /^DONE\r?\n$/i.test(yield* wire.line());
  wire.say(`${tag} ${done ? 'OK done' : 'BAD expected DONE'}`);
}

/** Refuses at once, and reads a refused one to its end, but for a synchronizing literal, which does not come then. */
function* append(wire: Wire, tag: string): Reading<void> {
  let refused = false;
  const answer = (text: string) => {
    if (!refused) wire.say(`${tag} ${text}`);
    refused = true;
  };
  let first = true;
  const read = yield* readArguments(wire, ({ synchronizing, size }, before) => {
    const mailbox = before[0];
    if (first && mailbox !== undefined && /^none$/i.test(mailbox)) answer('NO [TRYCREATE] no such mailbox');
    if (first && mailbox !== undefined && size === 0) answer('NO zero octets');
    first = mailbox === undefined;
    return refused && synchronizing ? 'over' : 'go on';
  });
  if (read === undefined) answer('BAD unreadable');
  else if (!refused) answer(read.length > 1 ? verdictOf(tag) : 'BAD no literal');
}

type OnLiteral = (
  literal: { readonly synchronizing: boolean; readonly size: number },
  before: readonly string[],
) => 'go on' | 'over';

/** The arguments up to the line end; undefined when they are an error, and the rest of the line is skipped. */
function* readArguments(wire: Wire, onLiteral: OnLiteral = () => 'go on'): Reading<string[] | undefined> {
  const read: string[] = [];
  let depth = 0;
  const failed = function* (): Reading<undefined> {
    yield* wire.skipLine();
    return undefined;
  };
  for (;;) {
    const next = yield* wire.peek();
    if (next === ' ') {
      yield* wire.get();
    } else if (next === '(' || next === ')') {
      yield* wire.get();
      depth += next === '(' ? 1 : -1;
      if (depth < 0) return yield* failed();
    } else if (next === '\r' || next === '\n') {
      if (next === '\r') yield* wire.get();
      if (depth !== 0 || (yield* wire.peek()) !== '\n') return yield* failed();
      yield* wire.get();
      return read;
    } else if (next === '"') {
      const text = yield* quoted(wire);
      if (text === undefined) return yield* failed();
      read.push(text);
    } else {
      const text = yield* wire.word(' \r\n()"{');
      const mark = yield* wire.peek();
      if (mark === '"') return yield* failed();
      if (mark !== '{') {
        read.push(text);
        continue;
      }
      if (text !== '' && text !== '~') return yield* failed();
      const announced = /^\{(\d{1,19})(\+?)\}\r?$/.exec(yield* wire.word('\n'));
      if (announced === null) return yield* failed();
      yield* wire.get();
      const size = Number(announced[1]);
      const synchronizing = announced[2] === '';
      if (onLiteral({ synchronizing, size }, read) === 'over') return read;
      if (synchronizing) wire.say('+ OK');
      read.push(yield* wire.octets(size));
    }
  }
}

function* quoted(wire: Wire): Reading<string | undefined> {
  yield* wire.get();
  for (let text = ''; ; ) {
    const next = yield* wire.peek();
    if (next === '\r' || next === '\n') return undefined;
    yield* wire.get();
    if (next === '"') return text;
    text += next === '\\' ? yield* wire.get() : next;
  }
}
