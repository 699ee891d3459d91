import { answerTo, completion, FETCH, type Fetch, LARGE, tag } from './canned.js';
import { Connection, type Target } from './connection.js';

/** What the load generator is asked to do. */
export type Load =
  | {
      readonly kind: 'download';
      readonly fetch: Fetch;
      readonly connections: number;
      readonly octets: number;
    }
  | {
      readonly kind: 'upload';
      readonly synchronizing: boolean;
      readonly connections: number;
      readonly octets: number;
    }
  | { readonly kind: 'noop'; readonly connections: number; readonly seconds: number }
  | { readonly kind: 'logins'; readonly connections: number; readonly seconds: number }
  | { readonly kind: 'idle'; readonly connections: number };

/** MB/s, µs (the median), per second. */
export type Measured = number;

const WARM_UP = 0.15;

export async function generate(load: Load, target: Target): Promise<Measured> {
  switch (load.kind) {
    case 'download': {
      const answer = answerTo(load.fetch).length + completion(tag(0)).length;
      const each = Math.max(1, Math.round(load.octets / load.connections / answer));
      return throughput(load, target, each, answer, async (connection, number) => {
        connection.write(`${tag(number)} ${FETCH[load.fetch]}\r\n`);
        await connection.expect(answer);
      });
    }
    case 'upload': {
      const each = Math.max(1, Math.round(load.octets / load.connections / LARGE));
      const literal = Buffer.alloc(LARGE + 2, `${'y'.repeat(70)} {5}\r\n`);
      literal.write('\r\n', LARGE, 'latin1');
      return throughput(load, target, each, LARGE, async (connection, number) => {
        connection.write(`${tag(number)} APPEND INBOX {${LARGE}${load.synchronizing ? '' : '+'}}\r\n`);
        if (load.synchronizing) await connection.line('+');
        await Promise.all([connection.line(tag(number)), connection.upload(literal)]);
      });
    }
    case 'noop':
      return medianRoundTrip(load.connections, load.seconds, target);
    case 'logins':
      return logins(load.connections, load.seconds, target);
    case 'idle':
      await open(load.connections, target);
      return 0;
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

/** In MB/s, over all connections; a part of the work is done before, to warm up. */
async function throughput(
  load: { readonly connections: number },
  target: Target,
  each: number,
  size: number,
  act: (connection: Connection, number: number) => Promise<void>,
): Promise<Measured> {
  const connections = await open(load.connections, target);
  const run = (count: number): Promise<unknown> =>
    Promise.all(
      connections.map(async (connection) => {
        for (let number = 0; number < count; number++) await act(connection, number);
      }),
    );
  await run(Math.max(1, Math.round(each * WARM_UP)));
  const start = performance.now();
  await run(each);
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.destroy();
  return (each * load.connections * size) / seconds / 1e6;
}

async function medianRoundTrip(count: number, seconds: number, target: Target): Promise<Measured> {
  const connections = await open(count, target);
  const command = `${tag(1)} NOOP\r\n`;
  const size = completion(tag(1)).length;
  const times: number[] = [];
  const begin = performance.now();
  const measureFrom = begin + seconds * 1000 * WARM_UP;
  const end = begin + seconds * 1000;
  const loop = async (connection: Connection): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      const start = now;
      connection.write(command);
      await connection.expect(size);
      now = performance.now();
      if (start >= measureFrom) times.push(now - start);
    }
  };
  await Promise.all(connections.map(loop));
  for (const connection of connections) connection.destroy();
  times.sort((a, b) => a - b);
  return (times[times.length >> 1] as number) * 1000;
}

/** Connect, log in, log out: how often each second. */
async function logins(count: number, seconds: number, target: Target): Promise<Measured> {
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
  await run(seconds * 1000 * WARM_UP);
  done = 0;
  const start = performance.now();
  await run(seconds * 1000);
  return done / ((performance.now() - start) / 1000);
}
