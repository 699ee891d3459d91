import assert from 'node:assert/strict';
import { startProxy } from '../support/proxy.js';
import { asProxied } from './differences.js';
import type { Cutting } from './pieces.js';
import { type Played, play } from './player.js';
import { startRecorder } from './recorder.js';
import type { Script } from './script.js';

/** @throws AssertionError where an octet differs between the two sides of the proxy. */
export async function playThroughProxy(
  script: Script,
  { user, serverPort, cutting }: { user: string; serverPort: number; cutting: Cutting },
): Promise<Played> {
  const recorder = await startRecorder(serverPort, cutting);
  const proxy = await startProxy({ upstream: `imap://127.0.0.1:${recorder.port}` });
  try {
    const played = await play(script, { port: proxy.port, serverPort, user, proxied: true, cutting });
    assert.equal(recorder.fromProxy().toString('latin1'), played.sent.toString('latin1'));
    const expected = asProxied(recorder.fromServer());
    assert.equal(played.received.toString('latin1'), expected.toString('latin1'));
    return played;
  } finally {
    await proxy.stop();
    await recorder.stop();
  }
}
