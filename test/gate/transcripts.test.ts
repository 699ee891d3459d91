import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTranscript, play, type Transcript } from '../support/transcript.js';
import { impostor } from './transcripts/impostor.js';
import { literals } from './transcripts/literals.js';
import { local } from './transcripts/local.js';
import { login } from './transcripts/login.js';
import { order } from './transcripts/order.js';
import { ownFetch } from './transcripts/own-fetch.js';
import { responses } from './transcripts/responses.js';
import { uncertain } from './transcripts/uncertain.js';

/** Of a long transcript not every pair of splits is tried, but so many, evenly spread. */
const MAX_PAIRS = 5000;

const sessions = { literals, uncertain, order, login, impostor, local, responses, ownFetch };

for (const [name, transcripts] of Object.entries(sessions)) {
  suite(name, () => {
    for (const [title, text] of Object.entries(transcripts)) {
      test(title, () => {
        const transcript = parseTranscript(text);
        assert.equal(play(transcript, () => false).journal.text, transcript.expected);
        for (const cuts of splits(transcript)) {
          const { journal } = play(transcript, (position) => cuts.includes(position));
          assert.equal(journal.text, transcript.expected, `cut at ${cuts}`);
        }
        assert.equal(play(transcript, () => true).journal.text, transcript.expected, 'octet by octet');
      });
    }
  });
}

/** Every split of what is sent, and pairs of them. */
function* splits({ length }: Transcript): Generator<readonly number[]> {
  const every = Math.ceil((length * length) / 2 / MAX_PAIRS);
  let pair = 0;
  for (let first = 1; first < length; first++) {
    yield [first];
    for (let second = first + 1; second < length; second++) {
      if (pair++ % every === 0) yield [first, second];
    }
  }
}
