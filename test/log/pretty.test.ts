import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { prettyLine } from '../../src/log/pretty.js';

const time = new Date(2025, 5, 2, 3, 5, 3, 7).toISOString();
const pretty = (event: string, fields: object, coloured = false): string =>
  prettyLine(JSON.stringify({ level: 'warn', time, event, ...fields }), coloured);

describe('a line for people', () => {
  const rows: readonly [fields: object, shown: string][] = [
    [{}, ''],
    [{ session: 'x1Yc0jTq', uid: 3001, repeated: true }, ' session=x1Yc0jTq uid=3001 repeated=true'],
    [{ listener: 'imaps://[::]:993' }, ' listener=imaps://[::]:993'],
    [{ reply: '550 No "such" user' }, ' reply="550 No \\"such\\" user"'],
    [{ user: '' }, ' user=""'],
    [{ user: 'ann session=forged' }, ' user="ann session=forged"'],
    [{ user: 'ann\u00a0x' }, ' user="ann\u00a0x"'],
    [
      { envelope: { from: 'a@example.org', to: ['b@example.org'] } },
      ' envelope={"from":"a@example.org","to":["b@example.org"]}',
    ],
  ];
  for (const [fields, shown] of rows) {
    test(JSON.stringify(fields), () => {
      assert.equal(pretty('desync', fields), `03:05:03.007 WARN  desync${shown}`);
    });
  }

  test('coloured', () => {
    const esc = '\u001b';
    assert.equal(
      pretty('desync', { side: 'client' }, true),
      `03:05:03.007 ${esc}[33mWARN ${esc}[0m ${esc}[1mdesync${esc}[0m ${esc}[2mside=${esc}[0mclient`,
    );
  });
});

describe('colours', () => {
  const logger = new URL('../../src/log/logger.js', import.meta.url).href;
  const program = `import(${JSON.stringify(logger)}).then(({ createLog }) =>
    createLog({ level: 'info', format: 'pretty' }).event('stopped', {}));`;
  const { PATH } = process.env;
  const node = [process.execPath, '--eval', program] as const;
  const run = async (command: string, args: readonly string[], environment = {}): Promise<string> => {
    const env = { PATH, TERM: 'xterm-256color', ...environment };
    return (await promisify(execFile)(command, args, { env, timeout: 60_000 })).stdout;
  };
  const quoted = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const terminal = ['--quiet', '--return', '--command', quoted, '/dev/null'];

  test('on a terminal', async () => {
    assert.ok((await run('script', terminal)).includes('\u001b[32mINFO \u001b[0m'));
  });

  test('not where it does not want them', async () => {
    assert.match(await run('script', terminal, { NO_COLOR: '1' }), / INFO {2}stopped\r?\n$/);
  });

  test('not into a pipe, wherever it is run', async () => {
    const [command, ...args] = node;
    assert.match(await run(command, args, { CI: 'true', GITHUB_ACTIONS: 'true' }), / INFO {2}stopped\n$/);
  });
});
