import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/config/load.js';
import { ConfigError } from '../../src/config/problem.js';
import type { Environment, Flags } from '../../src/config/sources.js';
import { scratchDirectory } from '../support/scratch.js';

const scratch = scratchDirectory('config');
after(() => scratch.remove());

/** A path in a directory of this test; `%` stands for the directory in what is expected. */
export function place(name: string): string {
  return join(scratch.path, name);
}

export function placeFile(name: string, text: string | Buffer): string {
  writeFileSync(place(name), text);
  return place(name);
}

/** A bad configuration. `file` is the text of a config file. */
export interface Bad {
  readonly flags?: Flags;
  readonly env?: Environment;
  readonly file?: string | Buffer;
}

/** What a secret is in these tests: it must be in no line. */
export const SECRET = 'hunter2';

export type Refusal = readonly [bad: Bad, line: string];

/** One test for each row: exactly this line, without the secret. */
export function refuses(rows: readonly Refusal[]): void {
  for (const [{ flags = {}, env = {}, file }, line] of rows) {
    test(line, () => {
      const config = file === undefined ? {} : { config: placeFile('x.yaml', file) };
      const error = thrownBy(() => loadConfig({ ...config, ...flags }, env));
      assert.ok(error instanceof ConfigError, String(error));
      assert.equal(error.message.replaceAll(scratch.path, '%'), line);
      assert.ok(!error.message.includes(SECRET));
      assert.doesNotMatch(error.message, /\p{Cc}/u);
    });
  }
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
