import type { Target } from './target.js';
import { capability } from './targets/capability.js';
import { dataLines } from './targets/data-lines.js';
import { envelope } from './targets/envelope.js';
import { framer } from './targets/framer.js';
import { gate } from './targets/gate.js';
import { heads } from './targets/heads.js';
import { login } from './targets/login.js';
import { sendArguments } from './targets/send-arguments.js';
import { serverStream } from './targets/server-stream.js';
import { sessions } from './targets/sessions.js';
import { transmission } from './targets/transmission.js';

export const targets: readonly Target[] = [
  framer,
  dataLines,
  heads,
  capability,
  sendArguments,
  login,
  gate,
  serverStream,
  sessions,
  transmission,
  envelope,
];
