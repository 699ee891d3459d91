import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startActivator } from '../support/activator.js';
import { certificates } from '../support/certs.js';
import { dial, startImapPeer } from '../support/imap-peer.js';
import { startNotifyReceiver } from '../support/notify-receiver.js';
import { ensure } from '../support/packages.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { type SystemdTools, systemdTools } from '../support/systemd.js';
import { until } from '../workers/crew.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const source = (kind: 'service' | 'socket'): string =>
  join(root, 'deploy/systemd', `imap-send-proxy.${kind}`);

/** All values of a setting of a unit, in order. */
function valuesOf(kind: 'service' | 'socket', name: string): readonly string[] {
  const lines = readFileSync(source(kind), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
}

let files: Scratch;
let tools: SystemdTools;
/** The unit with the path of the program, which is not installed here. */
let unit: string;

before(async () => {
  files = scratchDirectory('units');
  tools = await systemdTools(files);
  const units = join(files.path, 'units');
  mkdirSync(units);
  unit = join(units, 'imap-send-proxy.service');
  const text = readFileSync(source('service'), 'utf8');
  writeFileSync(unit, text.replace('ExecStart=imap-send-proxy ', `ExecStart=${main} `));
  copyFileSync(source('socket'), join(units, 'imap-send-proxy.socket'));
});
after(() => files.remove());

async function analyze(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${join(unit, '..')}:${tools.units}` };
  const { stdout, stderr } = await run(tools.path('systemd-analyze'), args, { env });
  return stdout + stderr;
}

test('systemd-analyze verify has nothing to say about the units', async () => {
  const said = await analyze('verify', '--man=no', unit, unit.replace(/service$/, 'socket'));
  const ours = said.split('\n').filter((line) => line.includes('imap-send-proxy'));
  assert.deepEqual(ours, []);
});

test('systemd-analyze verify is not silent about everything', async () => {
  const wrong = join(files.path, 'wrong.service');
  writeFileSync(wrong, readFileSync(unit, 'utf8').replace('DynamicUser=', 'DynamicUsr='));
  assert.match(await analyze('verify', '--man=no', wrong), /DynamicUsr/);
});

test('the exposure is below 2.0', async () => {
  // It fails above the threshold, in tenths.
  const said = await analyze('security', '--offline=true', '--threshold=20', '--no-pager', unit);
  const [, exposure] = /Overall exposure level for imap-send-proxy\.service: ([\d.]+)/.exec(said) ?? [];
  assert.ok(Number(exposure) < 2, said.slice(-200));
});

test('the units agree: the name of the socket, the credentials, the program', () => {
  const [start = ''] = valuesOf('service', 'ExecStart');
  assert.ok(start.startsWith('imap-send-proxy serve '));
  const [, scheme, name] = /--listen (imaps?)\+systemd:\/\/(\S+)/.exec(start) ?? [];
  assert.deepEqual(valuesOf('socket', 'FileDescriptorName'), [name]);
  assert.deepEqual([scheme, valuesOf('socket', 'ListenStream')], ['imaps', ['993']]);
  const used = [...start.matchAll(/%d\/(\S+)/g)].map(([, file]) => file);
  const loaded = valuesOf('service', 'LoadCredential').map((value) => value.split(':')[0]);
  assert.deepEqual(used.sort(), loaded.sort());
  assert.deepEqual(valuesOf('service', 'ExecReload'), ['/bin/kill -HUP $MAINPID']);
});

/** Where the files of the unit are for a test. */
async function placeFiles(upstream: number): Promise<readonly [credentials: string, config: string]> {
  const credentials = join(files.path, 'credentials');
  mkdirSync(credentials, { recursive: true });
  const { server } = await certificates();
  writeFileSync(join(credentials, 'tls-cert.pem'), server.cert);
  writeFileSync(join(credentials, 'tls-key.pem'), server.key);
  const config = join(files.path, 'config.yaml');
  writeFileSync(config, `upstream: imap://127.0.0.1:${upstream}\nsubmission-auth: none\nworkers: 2\n`);
  return [credentials, config];
}

/** The arguments of ExecStart, with the files of a test. */
function execStart([credentials, config]: readonly [string, string]): readonly [string, ...string[]] {
  const [line = ''] = valuesOf('service', 'ExecStart');
  const [, ...args] = line.split(' ');
  assert.ok(args.includes('/etc/imap-send-proxy/config.yaml'));
  const placed = args.map((arg) =>
    arg.replace('%d', credentials).replace('/etc/imap-send-proxy/config.yaml', config),
  );
  return [main, ...placed];
}

test('ExecStart runs as it is, and makes no system call that the unit forbids', async (t) => {
  await ensure('strace');
  const peer = await startImapPeer();
  const systemd = await startActivator(['listening', '127.0.0.1']);
  const receiver = await startNotifyReceiver(files);
  t.after(async () => {
    await receiver.stop();
    await peer.close();
    await systemd.stop();
  });
  const calls = join(files.path, 'calls');
  // In the background, so that the process is the one that systemd started: the sockets are for its number.
  const strace = ['strace', '-D', '-f', '-qq', '-o', calls] as const;
  const program = await systemd.start({
    argv: [...strace, ...execStart(await placeFiles(peer.port))],
    names: valuesOf('socket', 'FileDescriptorName'),
    environment: { NOTIFY_SOCKET: receiver.socket, PATH: `${tools.bin}:${process.env['PATH']}` },
  });
  await until('it says that it is ready', () => receiver.heard.some((each) => each.includes('READY=1')));

  const { ca } = await certificates();
  const client = await dial(systemd.ports[0] as number, { ca: ca.cert });
  const secured = client.startTls();
  const upstream = await peer.accept();
  await secured;
  await upstream.send('* OK ready\r\n');
  await client.expect('* OK ready\r\n');
  program.signal('SIGHUP');
  await until('it is reloaded', () => receiver.heard.filter((each) => each.includes('READY=1')).length === 2);
  program.signal('SIGTERM');
  await client.expectLine(/^\* BYE \[UNAVAILABLE\] the proxy is stopping /);
  client.reset();
  assert.equal(await program.ended(), 0);
  assert.ok(receiver.heard.some((each) => each.includes('STOPPING=1')));

  const made = new Set<string>();
  for (const [, call = ''] of readFileSync(calls, 'latin1').matchAll(/^\d+ +([a-z_0-9]+)\(/gm))
    made.add(call);
  for (const call of ['execve', 'connect', 'accept4', 'sendmsg']) assert.ok(made.has(call), call);
  const allowed = await allowedCalls();
  assert.deepEqual(
    [...made].filter((call) => !allowed.has(call)),
    [],
  );
});

/** What SystemCallFilter of the unit lets through, as this systemd knows its groups. */
async function allowedCalls(): Promise<ReadonlySet<string>> {
  const allowed = new Set<string>();
  for (const value of valuesOf('service', 'SystemCallFilter')) {
    for (const group of value.replace('~', '').split(' ')) {
      for (const call of await callsOf(group)) {
        if (value.startsWith('~')) allowed.delete(call);
        else allowed.add(call);
      }
    }
  }
  assert.ok(allowed.size > 200, String(allowed.size));
  return allowed;
}

async function callsOf(group: string): Promise<readonly string[]> {
  const lines = (await analyze('syscall-filter', '--no-pager', group)).split('\n').slice(1);
  const names = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const nested = names.map((name) => (name.startsWith('@') ? callsOf(name) : [name]));
  return (await Promise.all(nested)).flat();
}
