import { authenticate, logIn, type Reading, Unsure, verdictOf, type Wire } from './wire.js';

const WITHOUT_ARGUMENTS = new Set(['NOOP', 'CHECK', 'CAPABILITY', 'CLOSE']);
const WITH_ARGUMENTS = new Set(['SEARCH', 'FETCH', 'SELECT', 'LIST', 'STORE']);
const WORD_ENDS = ' \t\r\n\v\f()"';

/** How Cyrus reads a client's stream: imap/imapd.c (`cmdloop`) and imap/imapparse.c (`getword`, `getxstring`, `eatline`). */
export function* cyrus(wire: Wire): Reading<never> {
  for (;;) {
    wire.idle = true;
    yield* wire.peek();
    wire.idle = false;
    yield* command(wire);
  }
}

function* command(wire: Wire): Reading<void> {
  const tag = yield* wire.word(WORD_ENDS);
  if ((yield* wire.peek()) !== ' ' || !isAtom(tag)) {
    wire.say('* BAD Invalid tag');
    return yield* eatLine(wire);
  }
  yield* wire.get();
  const refuse = function* (why: string): Reading<void> {
    yield* eatLine(wire);
    wire.say(`${tag} BAD ${why}`);
  };
  const name = (yield* wire.word(WORD_ENDS)).toUpperCase();
  if (name === '') return yield* refuse('Null command');
  if (WITHOUT_ARGUMENTS.has(name) || name === 'UNAUTHENTICATE' || name === 'IDLE') {
    if (!(yield* lineEnd(wire))) return yield* refuse('Unexpected extra arguments');
    if (name === 'IDLE' && wire.user !== undefined) return yield* idle(wire, tag);
    if (name === 'UNAUTHENTICATE' && wire.user !== undefined) {
      wire.user = undefined;
      return wire.say(`${tag} OK out`);
    }
    return wire.say(`${tag} ${WITHOUT_ARGUMENTS.has(name) ? verdictOf(tag) : 'BAD Please login first'}`);
  }
  if (name === 'LOGIN') {
    const read = yield* strings(wire, 2);
    if (read === undefined || !(yield* lineEnd(wire))) return yield* refuse('LOGIN');
    if (wire.user !== undefined) return wire.say(`${tag} BAD Already logged in`);
    const [user, password] = read.map((octets) => Buffer.from(octets, 'latin1').toString('utf8'));
    return logIn(wire, tag, user as string, password as string);
  }
  if (name === 'AUTHENTICATE') {
    const line = yield* wire.line();
    const given = /^ ([A-Z]+)(?: ([^ \r\n]*))?\r?\n$/i.exec(line);
    if (wire.user !== undefined || /^ *\r?\n$/.test(line)) return wire.say(`${tag} BAD AUTHENTICATE`);
    if (given === null) throw new Unsure();
    const mechanism = (given[1] as string).toUpperCase();
    if (mechanism !== 'PLAIN' && mechanism !== 'LOGIN') return wire.say(`${tag} NO no mechanism`);
    return yield* authenticate(wire, tag, mechanism, given[2]);
  }
  if (wire.user === undefined) return yield* refuse('Please login first');
  if (name === 'APPEND') return yield* append(wire, tag);
  if (!WITH_ARGUMENTS.has(name)) return yield* refuse('Unrecognized command');
  for (;;) {
    if (yield* lineEnd(wire)) return wire.say(`${tag} ${verdictOf(tag)}`);
    if ((yield* strings(wire, 1)) === undefined) return yield* refuse('unreadable');
  }
}

/** `imparse_isatom`: more than a tag may be, `+` for one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Cyrus takes it
const isAtom = (text: string): boolean => /^[\x1f!#$&'+-[\]-z|}~]+$/.test(text);

/** Reads a line end if one is next. A CR alone is what remains then. */
function* lineEnd(wire: Wire): Reading<boolean> {
  if ((yield* wire.peek()) === '\r') yield* wire.get();
  if ((yield* wire.peek()) !== '\n') return false;
  yield* wire.get();
  return true;
}

/** To the end of the line, and beyond it behind what looks like a non-synchronizing literal. */
function* eatLine(wire: Wire): Reading<void> {
  const announcement = /\{(\d*)\+\}\r$/;
  for (let read = ''; ; ) {
    const next = yield* wire.get();
    read += next;
    if (next === '\n') return;
    const size = announcement.exec(read)?.[1];
    if (size === undefined) continue;
    // As it counts: the octet behind the CR is taken for the LF, whatever it is.
    yield* wire.octets(1 + Number(size));
    read = '';
  }
}

function* idle(wire: Wire, tag: string): Reading<void> {
  wire.say('+ idling');
  const done = /^DONE\r?\n$/i.test(yield* wire.line());
  wire.say(`${tag} ${done ? 'OK done' : 'BAD Invalid Idle continuation'}`);
}

function* append(wire: Wire, tag: string): Reading<void> {
  const mailbox = (yield* strings(wire, 1))?.[0];
  if (mailbox === undefined || /^none$/i.test(mailbox)) {
    yield* eatLine(wire);
    return wire.say(`${tag} ${mailbox === undefined ? 'BAD Missing' : 'NO [TRYCREATE] no such mailbox'}`);
  }
  for (let messages = 0; ; messages++) {
    const before = yield* wire.word('{\n');
    if ((yield* wire.peek()) === '\n') {
      yield* wire.get();
      const over = /^\r?$/.test(before) && messages > 0;
      return wire.say(`${tag} ${over ? verdictOf(tag) : 'BAD Missing required argument'}`);
    }
    if (!/^ (?:\([\w\\ ]*\) )?~?$/.test(before)) {
      yield* eatLine(wire);
      return wire.say(`${tag} BAD Invalid flag`);
    }
    const announced = /^\{(\d{1,9})(\+?)\}\r\n$/.exec(yield* wire.line());
    if (announced === null) throw new Unsure();
    if (announced[2] === '') wire.say('+ go ahead');
    if (Number(announced[1]) === 0) {
      // Refused in one breath with the grant, and the rest of the line is not read.
      if (announced[2] === '+') throw new Unsure();
      return wire.say(`${tag} NO Zero-length message literal`);
    }
    yield* wire.octets(Number(announced[1]));
  }
}

/** So many arguments that are a blank and an astring; undefined when that is not what is there. */
function* strings(wire: Wire, count: number): Reading<string[] | undefined> {
  const read: string[] = [];
  while (read.length < count) {
    if ((yield* wire.peek()) !== ' ') return undefined;
    yield* wire.get();
    const next = yield* wire.peek();
    if (next === '"') {
      const text = yield* quoted(wire);
      if (text === undefined) return undefined;
      read.push(text);
    } else if (next === '{') {
      const size = yield* announced(wire);
      if (size === undefined) return undefined;
      read.push(yield* wire.octets(size));
    } else {
      const text = yield* wire.word(WORD_ENDS);
      if (text === '') return undefined;
      read.push(text);
    }
  }
  return read;
}

/** The size of a literal, which is granted if it has to be. What cannot be one is read only so far. */
function* announced(wire: Wire): Reading<number | undefined> {
  yield* wire.get();
  let digits = '';
  while (/\d/.test(yield* wire.peek())) digits += yield* wire.get();
  if (digits === '') return undefined;
  if (digits.length > 9) throw new Unsure();
  const plus = (yield* wire.peek()) === '+';
  for (const expected of plus ? '+}\r\n' : '}\r\n') {
    // A bare LF ends the line for some of its versions, and not for others.
    if (expected === '\r' && (yield* wire.peek()) !== '\r') throw new Unsure();
    if ((yield* wire.peek()) !== expected) return undefined;
    yield* wire.get();
  }
  if (!plus) wire.say('+ go ahead');
  return Number(digits);
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
