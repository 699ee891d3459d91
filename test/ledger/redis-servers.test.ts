import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, type RedisConnectionOptions } from '../../src/ledger/redis-connection.js';
import { certificates } from '../support/certs.js';
import { freePort, onFreePorts } from '../support/port.js';
import { startRedis } from '../support/redis.js';
import { scratchDirectory } from '../support/scratch.js';
import { type Service, startService } from '../support/service.js';
import { accepted, forever } from './answers.js';
import { redisPair, targetOf } from './redis-pair.js';

/** A message is sent in one process, its answer gets lost, and the other process has it for the retry. */
async function sendAndRetry(connection: RedisConnectionOptions): Promise<void> {
  const { a, b, close } = redisPair(connection);
  try {
    // Several, so that they are not all of one node's share of a cluster.
    for (const key of ['one', 'two', 'three']) {
      assert.deepEqual(await a.claim(key, 's1', forever), { kind: 'claimed' });
      const waiting = b.claim(key, 's2', forever);
      await a.handover(key, 's1');
      await a.settle(key, 's1', accepted);
      assert.deepEqual(await waiting, { kind: 'recorded', outcome: accepted });
      await a.abandon(key, 's1');
      assert.deepEqual(await b.claim(key, 's3', forever), { kind: 'recorded', outcome: accepted });
    }
  } finally {
    await close();
  }
}

/** A sentinel that watches one master. */
async function startSentinel(masterPort: number, password: string): Promise<Service> {
  return onFreePorts(1, async (ports) => {
    const files = scratchDirectory('sentinel');
    const file = join(files.path, 'sentinel.conf');
    const lines = [
      'bind 127.0.0.1',
      `port ${ports[0]}`,
      `dir ${files.path}`,
      `requirepass ${password}`,
      `sentinel monitor mymaster 127.0.0.1 ${masterPort} 1`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const logFile = join(files.path, 'log');
    const command = { name: 'sentinel', command: 'redis-server', args: [file, '--sentinel'] };
    return startService({ ...command, logFile, ports }, files);
  });
}

test('a Redis that speaks TLS, with a certificate of our own authority', async (t) => {
  const { ca, server } = await certificates();
  const redis = await startRedis({ tls: server });
  t.after(() => redis.stop());
  const target = targetOf(redis.url);
  await sendAndRetry({ target, ca: ca.cert });
  const distrustful = connectRedis({ target });
  t.after(() => distrustful.close());
  await assert.rejects(
    distrustful.run((client) => client.ping()),
    /Redis: .*(certificate|issuer)/,
  );
});

test('the master that sentinels name', async (t) => {
  const redis = await startRedis();
  t.after(() => redis.stop());
  const sentinel = await startSentinel(redis.port, 'watch');
  t.after(() => sentinel.stop());
  const nobody = await freePort();
  await sendAndRetry({
    target: targetOf(
      `redis+sentinel://127.0.0.1:${nobody},127.0.0.1:${sentinel.port}/mymaster?sentinel-password=watch`,
    ),
  });
});

test('a cluster', async (t) => {
  const busPort = await freePort();
  const redis = await startRedis({
    extra: `cluster-enabled yes\ncluster-port ${busPort}\ncluster-announce-ip 127.0.0.1`,
  });
  t.after(() => redis.stop());
  const node = connectRedis({ target: targetOf(redis.url) });
  t.after(() => node.close());
  await node.run((client) => client.ping());
  await node.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!String(await node.client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await delay(10);
  const nobody = await freePort();
  await sendAndRetry({ target: targetOf(`redis+cluster://127.0.0.1:${nobody},127.0.0.1:${redis.port}`) });
});
