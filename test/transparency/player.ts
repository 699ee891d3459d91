import { Wire } from '../support/wire.js';
import { Cutter, type Cutting, uncut } from './pieces.js';
import { answerTo, type Script, type Step } from './script.js';

/** A session as its client saw it, without commands that are for the proxy and their answers. */
export interface Played {
  readonly sent: Buffer;
  readonly received: Buffer;
  /** The server ended the session: what was sent last may not have reached it. */
  readonly hungUp: boolean;
}

export interface Stage {
  /** What the client connects to. */
  readonly port: number;
  /** Where other sessions of the same account connect to. */
  readonly serverPort: number;
  readonly user: string;
  /** It is the proxy that the client connects to. */
  readonly proxied: boolean;
  /** How the client's octets are sent. */
  readonly cutting: Cutting;
}

export const playDirectly = (script: Script, user: string, port: number): Promise<Played> =>
  play(script, { port, serverPort: port, user, proxied: false, cutting: uncut });

/** Plays the script to its end, which is the end of the connection. */
export async function play(script: Script, stage: Stage): Promise<Played> {
  const wire = await Wire.connect(stage.port);
  const sent: Buffer[] = [];
  const answers: string[] = [];

  const cutter = new Cutter(stage.cutting);
  const transmit = (text: string): Promise<void> =>
    cutter.write(Buffer.from(text, 'latin1'), (piece) => wire.send(piece));
  const send = (text: string): Promise<void> => {
    sent.push(Buffer.from(text, 'latin1'));
    return transmit(text);
  };

  const isOver = (): boolean => wire.ended || /^\* BYE [^\n]*\n/m.test(wire.received.toString('latin1'));

  async function command(text: string): Promise<void> {
    const tag = text.slice(0, text.indexOf(' '));
    for (const part of awaitingParts(`${text}\r\n`)) {
      await send(part.octets);
      const answer = await wire.until(part.last ? answerTo(tag) : answerOrContinuation(tag));
      if (!part.last && !/^\+[^\n]*\n$/m.test(answer)) return;
    }
  }

  async function perform(step: Step): Promise<void> {
    if (typeof step === 'string') return command(step);
    if (typeof step === 'function') return command(step(wire.received.toString('latin1')));
    if ('octets' in step) {
      await send(step.octets);
      await wire.until(step.until);
    } else if ('last' in step) {
      await send(step.last);
      wire.end();
      await wire.rest();
    } else if ('elsewhere' in step) {
      await converse(stage.serverPort, [
        `LOGIN ${stage.user} ${script.password}`,
        ...step.elsewhere,
        'LOGOUT',
      ]);
    } else if (stage.proxied) {
      await transmit(`${step.toProxy}\r\n`);
      answers.push(step.answer);
      await wire.until(answerTo(step.answer.slice(0, step.answer.indexOf(' '))));
    }
  }

  try {
    await wire.line();
    const steps = script.steps(stage.user);
    for (const step of steps) {
      if (isOver()) break;
      await perform(step).catch((error: unknown) => {
        // Cyrus ends the session where Dovecot says BAD, and crashes at some of it.
        if (!wire.ended) throw error;
      });
    }
    const hungUp = isOver();
    if (!hungUp) await command('bye LOGOUT');
    await wire.rest();
    return { sent: Buffer.concat(sent), received: without(answers, wire.received), hungUp };
  } finally {
    wire.close();
  }
}

const answerOrContinuation = (tag: string): RegExp =>
  new RegExp(`^\\+[^\\n]*\\n|${answerTo(tag).source}`, 'm');

/** The parts of a command that are sent one after the other, each but the last ending with a literal that waits for `+`. */
function awaitingParts(command: string): { octets: string; last: boolean }[] {
  const parts: { octets: string; last: boolean }[] = [];
  let from = 0;
  for (let at = 0; ; ) {
    const mark = /\{(\d+)(\+?)\}\r\n/g;
    mark.lastIndex = at;
    const found = mark.exec(command);
    if (found === null) return [...parts, { octets: command.slice(from), last: true }];
    at = mark.lastIndex;
    if (found[2] === '') {
      parts.push({ octets: command.slice(from, at), last: false });
      from = at;
    }
    at += Number(found[1]);
  }
}

async function converse(port: number, commands: readonly string[]): Promise<void> {
  const wire = await Wire.connect(port);
  try {
    await wire.line();
    for (const command of commands) await wire.command('other', command);
  } finally {
    wire.close();
  }
}

function without(answers: readonly string[], received: Buffer): Buffer {
  let text = received.toString('latin1');
  for (const answer of answers) {
    const line = `${answer}\r\n`;
    const at = text.indexOf(line);
    if (at < 0) throw new Error(`the proxy did not answer ${JSON.stringify(line)}: ${JSON.stringify(text)}`);
    text = text.slice(0, at) + text.slice(at + line.length);
  }
  return Buffer.from(text, 'latin1');
}
