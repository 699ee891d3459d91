import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchDirectory } from '../../support/scratch.js';
import { FILES, type Manifest, manifestsOf } from './manifests.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where kubernetes-types, made from the OpenAPI document of Kubernetes, has each group. */
const MODULE: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'policy/v1': 'policy/v1',
  'networking.k8s.io/v1': 'networking/v1',
};

/**
 * What the compiler says about manifests that are literals of the types of the API. Unlike validators of the schema, it
 * finds keys that do not exist, at any depth: the API server drops those without a word.
 */
async function faults(manifests: readonly object[]): Promise<string> {
  const files = scratchDirectory('kubernetes');
  try {
    mkdirSync(join(files.path, 'node_modules'));
    symlinkSync(
      join(root, 'node_modules/kubernetes-types'),
      join(files.path, 'node_modules/kubernetes-types'),
    );
    const lines = manifests.map((manifest, n) => {
      const { apiVersion, kind } = manifest as Manifest;
      const type = `import('kubernetes-types/${MODULE[apiVersion]}').${kind}`;
      return `export const manifest${n}: Required<Pick<${type}, 'apiVersion' | 'kind' | 'metadata'>> & ${type} = ${JSON.stringify(manifest)};\n`;
    });
    writeFileSync(join(files.path, 'manifests.ts'), lines.join(''));
    const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return await new Promise((resolve) => {
      const args = [tsc, ...options, '--types', '', 'manifests.ts'];
      execFile(process.execPath, args, { cwd: files.path }, (error, stdout, stderr) =>
        resolve(error === null ? '' : stdout + stderr),
      );
    });
  } finally {
    await files.remove();
  }
}

for (const file of FILES) {
  test(`every object of ${file} is one of the Kubernetes API, and has no key that is not`, async () => {
    assert.equal(await faults(manifestsOf(file)), '');
  });
}

test('a misspelt key, a value of another type and a missing one are found', async () => {
  const spec = { containers: [{ name: 'a', imagePullPolice: 'Always' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };
  assert.match(await faults([{ ...pod, spec }]), /imagePullPolice/);
  assert.match(await faults([{ ...pod, spec: { containers: 'a' } }]), /'string' is not assignable/);
  assert.match(await faults([{ ...pod, spec: {} }]), /'containers' is missing/);
});
