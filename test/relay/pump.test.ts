import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Leg } from '../../src/relay/leg.js';
import { Pump } from '../../src/relay/pump.js';

const LF = 0x0a;

/** What a pump asks of a connection, and nothing that moves octets. */
function idleLeg(): { leg: Leg; pauses: Set<string> } {
  const pauses = new Set<string>();
  const leg = {
    congested: false,
    pause: (reason: string) => pauses.add(reason),
    resume: (reason: string) => pauses.delete(reason),
  };
  return { leg: leg as unknown as Leg, pauses };
}

/** Passes whole lines on. Those that were decided about at one go are in `taken`. */
function linePump() {
  const { leg, pauses } = idleLeg();
  const taken: Buffer[] = [];
  const pump = new Pump(leg, idleLeg().leg, (octets) => {
    const end = octets.lastIndexOf(LF) + 1;
    taken.push(octets.subarray(0, end));
    return end;
  });
  return { pump, pauses, taken };
}

test('a chunk behind the begin of a line is decided about where it is, but for a few octets', () => {
  const { pump, taken } = linePump();
  pump.push(Buffer.from('* '));
  const chunk = Buffer.from('1 EXISTS\n* '.repeat(50_000));
  pump.push(chunk);
  const inPlace = taken.filter((octets) => octets.buffer === chunk.buffer);
  const octets = inPlace.reduce((sum, { length }) => sum + length, 0);
  assert.ok(octets > chunk.length - 1024, `${octets} of ${chunk.length}`);
  assert.equal(pump.rest.toString(), '* ');
  assert.ok(pump.rest.buffer.byteLength < 64 * 1024, 'what is kept does not keep the chunk');
});

test('however a stream is cut, what was decided about and what is kept are the stream', () => {
  const line = fc.tuple(fc.nat(4000), fc.constantFrom('\n', '')).map(([n, end]) => 'x'.repeat(n) + end);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (chunks) => {
      const { pump, taken } = linePump();
      for (const chunk of chunks) pump.push(Buffer.from(chunk));
      assert.equal(Buffer.concat([...taken, pump.rest]).toString(), chunks.join(''));
      assert.equal(pump.rest.indexOf(LF), -1);
    }),
  );
});

test('its source is not read while more than 64 KiB wait, and is read again when a decision comes', () => {
  const { leg, pauses } = idleLeg();
  let hold = true;
  const pump = new Pump(leg, idleLeg().leg, (octets) => (hold ? 0 : octets.length));
  pump.push(Buffer.alloc(60_000, 'x'));
  assert.deepEqual([...pauses], []);
  pump.push(Buffer.alloc(60_000, 'y'));
  assert.deepEqual([...pauses], ['held']);
  assert.equal(pump.rest.toString(), 'x'.repeat(60_000) + 'y'.repeat(60_000));
  hold = false;
  pump.retry();
  assert.deepEqual([...pauses], []);
  assert.equal(pump.rest.length, 0);
});
