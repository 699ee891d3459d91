import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTION_KEYS } from '../../src/config/options.js';
import { suggestion } from '../../src/config/suggestion.js';

const rows: Record<string, string | undefined> = {
  upsteam: 'upstream',
  upstraem: 'upstream',
  'submission-password-fiel': 'submission-password-file',
  max_recipients: 'max-recipients',
  listening: 'listen',
  'tls-certificate': undefined,
  processes: undefined,
  admn: 'admin',
  x: undefined,
  '': undefined,
};

for (const [word, option] of Object.entries(rows)) {
  test(`"${word}" suggests ${option ?? 'nothing'}`, () =>
    assert.equal(suggestion(word, OPTION_KEYS), option));
}
