import type { Script } from './script.js';
import { changes } from './scripts/changes.js';
import { login } from './scripts/login.js';
import { mailboxes } from './scripts/mailboxes.js';
import { odd } from './scripts/odd.js';
import { reading } from './scripts/reading.js';
import { searching } from './scripts/searching.js';
import { storing } from './scripts/storing.js';

/** Everything that is played; a new script goes into the file of its kind. */
export const scripts: readonly Script[] = [
  ...login,
  ...mailboxes,
  ...reading,
  ...storing,
  ...searching,
  ...changes,
  ...odd,
];
