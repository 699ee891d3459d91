/**
 * Loaded before the program: ends it, as SIGKILL does, at its n-th step that leaves a trace outside: a file that is written, named
 * or removed, octets that are given to a socket. Every second time right before it, else right behind.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const last = Number(process.env['KILL_AT']);
let steps = 0;

/** Of a function with whatever arguments, in place. */
function count(holder: object, name: string): void {
  const methods = holder as Record<string, (...values: unknown[]) => unknown>;
  const original = methods[name] as (...values: unknown[]) => unknown;
  methods[name] = function (this: unknown, ...values: unknown[]): unknown {
    const step = ++steps;
    if (step === last && step % 2 === 0) process.kill(process.pid, 'SIGKILL');
    try {
      return original.apply(this, values);
    } finally {
      if (step === last) process.kill(process.pid, 'SIGKILL');
    }
  };
}

for (const name of [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'linkSync',
  'truncateSync',
  'rmSync',
]) {
  count(fs, name);
}
count(net.Socket.prototype, 'write');
syncBuiltinESMExports();
