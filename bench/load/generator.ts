import { median, type Sample } from '../result.js';
import { answerTo, completion, content, FETCH, type Fetch, LARGE, lengthOf, tag } from './canned.js';
import { Connection, type Target } from './connection.js';
import { startMeter, type Watched } from './meter.js';

/** What the load generator is asked to do. */
export type Load =
  | {
      readonly kind: 'download';
      readonly fetch: Fetch;
      readonly connections: number;
      readonly seconds: number;
    }
  | {
      readonly kind: 'upload';
      readonly synchronizing: boolean;
      readonly connections: number;
      readonly seconds: number;
    }
  | { readonly kind: 'noop'; readonly connections: number; readonly seconds: number }
  | { readonly kind: 'logins'; readonly connections: number; readonly seconds: number };

/** Of the time that counts, as much again is spent before, but no fewer seconds: connections and compilers warm up. */
const WARM_UP = 0.3;
const MIN_WARM_UP = 0.2;

const warmUp = (seconds: number): number => Math.max(seconds * WARM_UP, MIN_WARM_UP) * 1000;

/** Short answers are asked for several at a time, until this many octets are on their way: no round trip counts. */
const ON_THE_WAY = 4_000_000;

/** @returns MB/s, µs (the median), or per second. */
export async function generate(load: Load, target: Target, watched: Watched): Promise<Sample> {
  switch (load.kind) {
    case 'download': {
      const answer = lengthOf(answerTo(load.fetch)) + completion(tag(0)).length;
      const depth = Math.ceil(ON_THE_WAY / answer);
      const run = { ...load, target, watched, size: depth * answer };
      return throughput(run, async (connection, number) => {
        for (let at = 0; at < depth; at++) {
          connection.write(`${tag(number * depth + at)} ${FETCH[load.fetch]}\r\n`);
        }
        await connection.expect(depth * answer);
      });
    }
    case 'upload': {
      const literal = [...content(LARGE), Buffer.from('\r\n')];
      return throughput({ ...load, target, watched, size: LARGE }, async (connection, number) => {
        connection.write(`${tag(number)} APPEND INBOX {${LARGE}${load.synchronizing ? '' : '+'}}\r\n`);
        if (load.synchronizing) await connection.line('+');
        await Promise.all([connection.line(tag(number)), connection.upload(literal)]);
      });
    }
    case 'noop':
      return medianRoundTrip({ ...load, target, watched });
    case 'logins':
      return logins({ ...load, target, watched });
  }
}

/** Connections that are logged in and have a mailbox selected. */
export async function open(count: number, target: Target): Promise<Connection[]> {
  const connections: Connection[] = [];
  while (connections.length < count) {
    const batch = Math.min(50, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: batch }, () => logIn(target)))));
  }
  return connections;
}

async function logIn(target: Target): Promise<Connection> {
  const connection = await Connection.open(target);
  for (const command of ['LOGIN anna@example.org secret', 'SELECT INBOX']) {
    connection.write(`${tag(0)} ${command}\r\n`);
    await connection.line(tag(0));
  }
  return connection;
}

interface Run {
  readonly connections: number;
  /** How long it counts. */
  readonly seconds: number;
  readonly target: Target;
  readonly watched: Watched;
}

/** In MB/s, over all connections. */
async function throughput(
  { connections: count, seconds, size, target, watched }: Run & { readonly size: number },
  act: (connection: Connection, number: number) => Promise<void>,
): Promise<Sample> {
  const connections = await open(count, target);
  let octets = 0;
  const run = (milliseconds: number): Promise<unknown> => {
    const end = performance.now() + milliseconds;
    const loop = async (connection: Connection): Promise<void> => {
      for (let number = 0; number === 0 || performance.now() < end; number++) {
        await act(connection, number);
        octets += size;
      }
    };
    return Promise.all(connections.map(loop));
  };
  await run(warmUp(seconds));
  octets = 0;
  const stopMeter = startMeter(watched);
  const start = performance.now();
  await run(seconds * 1000);
  const elapsed = (performance.now() - start) / 1000;
  const busy = stopMeter();
  for (const connection of connections) connection.destroy();
  return { figure: octets / elapsed / 1e6, busy };
}

/** In µs, of all that is asked after the warm-up. */
async function medianRoundTrip({ connections: count, seconds, target, watched }: Run): Promise<Sample> {
  const connections = await open(count, target);
  const command = `${tag(1)} NOOP\r\n`;
  const size = completion(tag(1)).length;
  const run = async (milliseconds: number): Promise<number[]> => {
    const times: number[] = [];
    const end = performance.now() + milliseconds;
    const loop = async (connection: Connection): Promise<void> => {
      for (let now = performance.now(); now < end; ) {
        const start = now;
        connection.write(command);
        await connection.expect(size);
        now = performance.now();
        times.push(now - start);
      }
    };
    await Promise.all(connections.map(loop));
    return times;
  };
  await run(warmUp(seconds));
  const stopMeter = startMeter(watched);
  const times = await run(seconds * 1000);
  const busy = stopMeter();
  for (const connection of connections) connection.destroy();
  return { figure: median(times) * 1000, busy };
}

/** Connect, log in, log out: how often each second. */
async function logins({ connections: count, seconds, target, watched }: Run): Promise<Sample> {
  let done = 0;
  const run = async (milliseconds: number): Promise<void> => {
    const end = performance.now() + milliseconds;
    const loop = async (): Promise<void> => {
      while (performance.now() < end) {
        const connection = await Connection.open(target);
        connection.write(`${tag(0)} LOGIN anna@example.org secret\r\n`);
        await connection.line(tag(0));
        connection.write(`${tag(1)} LOGOUT\r\n`);
        await connection.end();
        done++;
      }
    };
    await Promise.all(Array.from({ length: count }, loop));
  };
  await run(warmUp(seconds));
  done = 0;
  const stopMeter = startMeter(watched);
  const start = performance.now();
  await run(seconds * 1000);
  const figure = done / ((performance.now() - start) / 1000);
  return { figure, busy: stopMeter() };
}
