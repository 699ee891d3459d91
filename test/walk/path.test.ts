import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsOf, tenMinutes } from './path.js';
import { typed } from './transcript.js';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the transcript in the documents is of the commands that the README has', () => {
  const commands = tenMinutes(read('README.md')).flatMap((stage) => stage.commands);
  assert.deepEqual(typed(read('docs/ten-minutes.md')), commands, 'npm run walk');
});

test('the commands of the README are a shell script without errors of syntax', () => {
  const script = tenMinutes(read('README.md')).flatMap((stage) => stage.commands);
  execFileSync('bash', ['-n'], { input: script.join('\n'), stdio: ['pipe', 'ignore', 'pipe'] });
});

test('a command goes over lines with a backslash and with a here-document, whatever that has in it', () => {
  const commands = ["cat > a <<'END'\nb \\\n\nc\nEND", 'd \\\n  e', 'f | g'];
  assert.deepEqual(commandsOf(commands.join('\n\n')), commands);
});

test('a here-document without an end is no command', () => {
  assert.throws(() => commandsOf('a <<END\nb'), /without an end: a <<END/);
});

test('the path is the shell code of its section, and has the titles before it', () => {
  const block = (code: string) => `\`\`\`sh\n${code}\n\`\`\``;
  const readme = [
    ...['# A', block('no'), '## Ten minutes to mail', '**1. One.** Words.', block('a\nb'), '```\nno\n```'],
    ...['**2. Two** words.', block('c'), '## Next', '**No.**', block('no')],
  ].join('\n\n');
  assert.deepEqual(tenMinutes(readme), [
    { title: '1. One', commands: ['a', 'b'] },
    { title: '2. Two', commands: ['c'] },
  ]);
  assert.throws(() => tenMinutes('# A\n'), /no shell commands/);
});
