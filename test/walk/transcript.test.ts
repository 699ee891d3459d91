import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transcript, typed, withTranscript } from './transcript.js';

const shown = (output: string, command = 'a') =>
  transcript([{ title: 'T', steps: [{ command, output }] }])
    .replace(/^### T\n\n```console\n# a\n/, '')
    .replace(/```\n$/, '');

for (const [name, outputs, expected] of [
  [
    'dates and times',
    ['[07:30:01.234] INFO: ready {"seconds":0.25}\n', '[19:00:59.999] INFO: ready {"seconds":12}\n'],
    '[09:00:00.000] INFO: ready {"seconds":0.1}\n',
  ],
  [
    'names made up, each the same wherever it is',
    [
      'queued as B5D02EAAC65\nwith ESMTPA id B5D02EAAC65\nqueued as 0AAAAAAAA65\n',
      'queued as 11111111111\nwith ESMTPA id 11111111111\nqueued as 22222222222\n',
    ],
    'queued as 4F00000001\nwith ESMTPA id 4F00000001\nqueued as 4F00000002\n',
  ],
  [
    'sessions and ports',
    [
      '{"session":"EfLfdV7K","address":"127.0.0.1:53542"}\n{"session":"l8-CMzMu"}\n',
      '{"session":"AAAAAAAA","address":"127.0.0.1:1024"}\n{"session":"BBBBBBBB"}\n',
    ],
    '{"session":"session1","address":"127.0.0.1:50001"}\n{"session":"session2"}\n',
  ],
  [
    'where packages come from',
    [
      'Hit:1 http://mirror.example/debian\nadded 2 packages in 11s\n',
      'Get:1 http://a\nadded 2 packages in 1m\n',
    ],
    'added 2 packages\n',
  ],
  ['progress', ['10%\r20%\rdone\n', '1%\rdone\n'], 'done\n'],
] as const) {
  test(`another run has the same transcript: ${name}`, () => {
    for (const output of outputs) assert.equal(shown(output), expected);
  });
}

test('of a long output the begin and the end are shown', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
  assert.equal(shown(lines.join('')), 'line 0\nline 1\nline 2\n[…]\nline 97\nline 98\nline 99\n');
});

test('what was typed can be read out of a transcript again, here-documents too', () => {
  const commands = ["cat > a <<'END'\nFrom: a\n\nb\nEND", 'c'];
  const steps = commands.map((command) => ({ command, output: 'd > e\n' }));
  assert.deepEqual(typed(transcript([{ title: 'T', steps }])), commands);
});

test('a transcript takes the place of the one before, and needs a place', () => {
  const document = 'a\n<!-- transcript: npm run walk -->\nold\n<!-- end -->\nb\n';
  const once = withTranscript(document, 'new $1\n');
  assert.match(once, /^a\n[^o]*new \$1\n[^o]*b\n$/);
  assert.equal(withTranscript(once, 'new $1\n'), once);
  assert.throws(() => withTranscript('a', 'b'), /no place/);
});
