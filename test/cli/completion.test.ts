import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OPTION_KEYS, option } from '../../src/config/options.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { runProgram } from './program.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Reads the script as ~/.bashrc does, and asks what bash would propose for the last of the words. */
const ASK = `
source "$SCRIPT"
COMP_WORDS=(imap-send-proxy "$@")
COMP_CWORD=$#
[[ $(complete -p imap-send-proxy) =~ -F\\ ([^ ]+) ]]
"\${BASH_REMATCH[1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

describe('bash completes', () => {
  let path: Scratch;
  let script = '';
  before(async () => {
    path = scratchDirectory('completion');
    const program = join(path.path, 'imap-send-proxy');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(program, 0o755);
    script = join(path.path, 'completion.bash');
    writeFileSync(script, (await runProgram(['completion'], { SHELL: '/bin/bash' })).out);
  });
  after(() => path.remove());

  const complete = async (...words: string[]): Promise<string[]> => {
    const env = { PATH: `${path.path}:${process.env['PATH']}`, SCRIPT: script };
    const options = { env, timeout: 120_000 };
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', ASK, 'bash', ...words], options);
    return stdout.split('\n').filter((line) => line !== '');
  };

  const rows: readonly [words: string[], expected: string[]][] = [
    [['se'], ['serve', 'send']],
    [['comp'], ['completion']],
    [
      ['serve', '--upstream-'],
      OPTION_KEYS.filter((key) => key.startsWith('upstream-')).map((key) => `--${key}`),
    ],
    [
      ['serve', '--log-'],
      ['--log-level', '--log-format'],
    ],
    [
      ['serve', '--allow-plaintext', '--log-level', ''],
      ['error', 'warn', 'info', 'debug'],
    ],
    [['serve', '--log-level', 'd'], ['debug']],
    [['serve', '--log-level', '=', 'd'], ['debug']],
    [['serve', '--submission-auth', 's'], ['service']],
    [
      ['send', '--starttls', ''],
      ['never', 'try', 'require'],
    ],
    [['send', '--password'], ['--password-file']],
  ];
  for (const [words, expected] of rows) {
    test(words.join(' '), async () => {
      const proposed = await complete(...words);
      // Among the commands there may be more that begin so.
      assert.deepEqual(words.length === 1 ? proposed.filter((word) => expected.includes(word)) : proposed, [
        ...expected,
      ]);
    });
  }

  for (const words of [
    ['serve', ''],
    ['serve', '--config', ''],
    ['serve', '--config', '/etc/im'],
    ['send', '--insecure', ''],
  ]) {
    test(`nothing, which leaves file names: ${words.join(' ')}`, async () => {
      assert.deepEqual(await complete(...words), []);
    });
  }

  test('every option of serve that can be a flag', async () => {
    const flags = OPTION_KEYS.filter((key) => !option(key).secret).map((key) => `--${key}`);
    assert.deepEqual(
      (await complete('serve', '--')).filter((word) => word !== '--help' && word !== '--version'),
      flags,
    );
  });
});

test('the script is one for zsh where that is the shell', async () => {
  const { code, out, err } = await runProgram(['completion'], { SHELL: '/bin/zsh' });
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  assert.match(out, /^#compdef imap-send-proxy\n/);
  assert.match(out, /compdef _imap-send-proxy_yargs_completions imap-send-proxy\n/);
});
