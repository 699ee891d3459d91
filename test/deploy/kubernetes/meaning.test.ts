import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Config } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';
import { certificates } from '../../support/certs.js';
import { startImapPeer } from '../../support/imap-peer.js';
import { startProxy } from '../../support/proxy.js';
import { startRedis } from '../../support/redis.js';
import { scratchDirectory } from '../../support/scratch.js';
import { FILES, manifestsOf, podsOf, probesOf, proxyOf } from './manifests.js';

const { server } = await certificates();
const files = scratchDirectory('manifests');
after(() => files.remove());

/** As the proxy in the Pod reads it, with the files where this machine has them. */
function configOf(file: string): Config {
  const map = manifestsOf(file).find(({ data }) => data?.['config.yaml'] !== undefined);
  const token = join(files.path, 'token');
  writeFileSync(token, 'x'.repeat(32));
  const text = (map?.data?.['config.yaml'] ?? '')
    .replace(/^tls-cert: .*/m, `tls-cert: ${server.certFile}`)
    .replace(/^tls-key: .*/m, `tls-key: ${server.keyFile}`)
    .replace(/^admin-token-file: .*/m, `admin-token-file: ${token}`)
    .replace(/^spool-dir: .*/m, `spool-dir: ${files.path}`);
  const config = join(files.path, 'config.yaml');
  writeFileSync(config, text);
  const state = { IMAP_SEND_PROXY_STATE: 'redis://:secret@imap-send-proxy-redis:6379' };
  return loadConfig({ config }, file === 'standalone.yaml' ? state : {});
}

for (const file of FILES) {
  describe(file, () => {
    const manifests = manifestsOf(file);
    const { pod, proxy } = proxyOf(manifests);
    const config = configOf(file);
    const admin = config.admin.kind === 'http' ? config.admin.port : 0;

    test('the proxy listens where its container says so', () => {
      const ports = Object.fromEntries((proxy.ports ?? []).map((each) => [each.name, each.containerPort]));
      assert.deepEqual(
        config.listeners.map(({ port, tls }) => [port, tls.mode]),
        [[ports['imaps'], 'implicit']],
      );
      if (ports['admin'] !== undefined) assert.equal(admin, ports['admin']);
    });

    test('services, probes and policies name ports that there are', () => {
      const all = podsOf(manifests).flatMap(({ initContainers = [], containers }) => [
        ...initContainers,
        ...containers,
      ]);
      const names = all.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
      const services = manifests.filter(({ kind }) => kind === 'Service');
      const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
      const asked = [
        ...services.flatMap(({ spec }) => spec?.ports ?? []).map(({ targetPort }) => targetPort),
        ...all.flatMap(probesOf).flatMap(({ httpGet }) => httpGet?.port ?? []),
        ...[...JSON.stringify(policies).matchAll(/"port":"(\w+)"/g)].map(([, name = '']) => name),
      ];
      for (const name of asked) assert.ok(names.includes(name), name);
    });

    test('selectors choose the Pods of this file', () => {
      const labels = manifests.flatMap(({ spec }) => (spec?.template ? [spec.template.metadata.labels] : []));
      for (const { kind, spec } of manifests) {
        const selector = spec?.selector ?? spec?.podSelector;
        if (selector === undefined) continue;
        const wanted = selector.matchLabels ?? (selector as Readonly<Record<string, string>>);
        assert.ok(
          labels.some((each) => Object.entries(wanted).every(([key, value]) => each[key] === value)),
          `${kind}: ${JSON.stringify(wanted)}`,
        );
      }
    });

    test('there is time to stop: for preStop, the drain, and the second after it', () => {
      const pause = Number(proxy.lifecycle?.preStop.exec.command[1]);
      assert.ok(pause > 0);
      const needed = pause + config.drainTimeoutMs / 1000 + 1;
      assert.ok((pod.terminationGracePeriodSeconds ?? 30) > needed, `${needed} s`);
    });

    test('all containers are as the Pod security standard "restricted" wants them, and have their limits', () => {
      for (const { securityContext: ofPod, initContainers = [], containers } of podsOf(manifests)) {
        assert.equal(ofPod.seccompProfile?.type, 'RuntimeDefault');
        for (const { securityContext, resources } of [...initContainers, ...containers]) {
          assert.equal(securityContext.runAsNonRoot ?? ofPod.runAsNonRoot, true);
          assert.equal(securityContext.allowPrivilegeEscalation, false);
          assert.deepEqual(securityContext.capabilities?.drop, ['ALL']);
          assert.ok('memory' in resources.limits && 'memory' in resources.requests);
        }
      }
      assert.equal(proxy.securityContext.readOnlyRootFilesystem, true);
    });

    test('what is mounted is a volume, and what a volume takes from this file is there', () => {
      const names = (kind: string) =>
        manifests.filter((each) => each.kind === kind).map((each) => each.metadata.name);
      for (const { initContainers = [], containers, volumes } of podsOf(manifests)) {
        const claims = ['data'];
        const known = [...volumes.map(({ name }) => name), ...claims];
        for (const { name } of [...initContainers, ...containers].flatMap((each) => each.volumeMounts)) {
          assert.ok(known.includes(name), name);
        }
        for (const { configMap, persistentVolumeClaim: claim } of volumes) {
          if (configMap) assert.ok(names('ConfigMap').includes(configMap.name), configMap.name);
          if (claim) assert.ok(names('PersistentVolumeClaim').includes(claim.claimName), claim.claimName);
        }
      }
    });

    test('its image runs as the user that the Dockerfile has', () => {
      const dockerfile = readFileSync(
        new URL('../../../../deploy/docker/Dockerfile', import.meta.url),
        'utf8',
      );
      const user = proxy.securityContext.runAsUser ?? pod.securityContext.runAsUser;
      assert.match(dockerfile, new RegExp(`^USER ${user}:${user}$`, 'm'));
      assert.deepEqual(proxy.args?.slice(0, 2), ['serve', '--config']);
      const mounted = proxy.volumeMounts.map(({ mountPath }) => mountPath);
      assert.ok(mounted.some((path) => proxy.args?.[2] === `${path}/config.yaml`));
    });

    test('its probes ask for what the admin listener answers', async (t) => {
      const upstream = await startImapPeer();
      const running = await startProxy({
        upstream: `imap://127.0.0.1:${upstream.port}`,
        admin: 'http://127.0.0.1:0',
        'submission-auth': 'none',
      });
      t.after(async () => {
        await running.stop();
        await upstream.close();
      });
      for (const { httpGet, exec } of probesOf(proxy)) {
        const [path = ''] = httpGet
          ? [httpGet.path]
          : (/\/healthz\/\w+/.exec(exec?.command.join(' ') ?? '') ?? []);
        if (exec) assert.ok(exec.command.join(' ').includes(`http://127.0.0.1:${admin}/`));
        const { status } = await fetch(new URL(path, running.admin));
        assert.ok(path.endsWith('live') ? status === 200 : [200, 503].includes(status), `${path}: ${status}`);
      }
      assert.equal(probesOf(proxy).length, 3);
    });
  });
}

test('the sidecar is one that Kubernetes takes for a sidecar', () => {
  const { pod, proxy } = proxyOf(manifestsOf('sidecar.yaml'));
  assert.ok(pod.initContainers?.includes(proxy));
  assert.equal(proxy.restartPolicy, 'Always');
});

test('Redis takes its configuration, asks for the password, and keeps what it was told', async (t) => {
  const map = manifestsOf('standalone.yaml').find(({ data }) => data?.['redis.conf'] !== undefined);
  const password = join(files.path, 'password.conf');
  writeFileSync(password, 'requirepass secret\n');
  const text = (map?.data?.['redis.conf'] ?? '')
    .replace('/etc/redis-secret/password.conf', password)
    .replace(/^dir .*\n/m, '');
  const redis = await startRedis({ extra: text });
  t.after(() => redis.stop());
  const { Redis } = await import('ioredis');
  const client = new Redis({ port: redis.port, host: '127.0.0.1', password: 'secret' });
  t.after(() => client.disconnect());
  const settings = await client.config('GET', 'appendfsync', 'maxmemory-policy', 'requirepass');
  assert.deepEqual(
    Object.fromEntries(Array.from({ length: 3 }, (_, n) => (settings as string[]).slice(2 * n, 2 * n + 2))),
    { appendfsync: 'always', 'maxmemory-policy': 'noeviction', requirepass: 'secret' },
  );
});
