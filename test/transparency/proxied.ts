import assert from 'node:assert/strict';
import { startProxy } from '../support/proxy.js';
import { asProxied } from './differences.js';
import type { Cutting } from './pieces.js';
import { type Played, play } from './player.js';
import { startRecorder } from './recorder.js';
import type { FailClosed, Script } from './script.js';

export interface Setting {
  readonly user: string;
  readonly serverPort: number;
  readonly cutting: Cutting;
}

/** @throws AssertionError where an octet differs between the two sides of the proxy. */
export async function playThroughProxy(script: Script, setting: Setting): Promise<Played> {
  const { played, reached, fromServer } = await record(script, setting);
  const sent = played.hungUp ? played.sent.subarray(0, reached.length) : played.sent;
  assert.equal(text(reached), text(sent));
  assert.equal(text(played.received), text(asProxied(fromServer)));
  return played;
}

/** @throws AssertionError unless the proxy ends the session where it has to, and tampers with nothing before. */
export async function playUntilClosed(script: FailClosed, setting: Setting): Promise<void> {
  const { played, reached, fromServer } = await record(script, setting);
  assert.equal(text(reached), text(played.sent.subarray(0, reached.length)));
  const received = text(played.received);
  const [last = ''] = /[^\n]*\r\n$/.exec(received) ?? [];
  assert.equal(last.replace(/ \(session [^)]*\)\r\n$/, ''), `* BYE ${script.bye}`);
  const before = received.slice(0, -last.length);
  assert.equal(before, text(asProxied(fromServer)).slice(0, before.length));
}

const text = (octets: Buffer): string => octets.toString('latin1');

async function record(script: Script, { user, serverPort, cutting }: Setting) {
  const recorder = await startRecorder(serverPort, cutting);
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${recorder.port}` });
  try {
    const played = await play(script, { port: proxy.port, serverPort, user, proxied: true, cutting });
    return { played, reached: recorder.fromProxy(), fromServer: recorder.fromServer() };
  } finally {
    await proxy.stop();
    await recorder.stop();
  }
}
