#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=2
import '../heap.js';
import { sendmailArguments } from './sendmail-names.js';
import { expectReload } from './signals.js';

const sendmail = sendmailArguments(process.argv);
// Imported now, not above: the other modules take a while to load, and much of the heap.
if (sendmail === undefined) {
  if (process.argv.includes('serve')) expectReload();
  await import('./run.js');
} else {
  const { runSendmail } = await import('../sendmail/run.js');
  const { stdin: input, stdout: output, stderr: errors } = process;
  process.exit(await runSendmail(sendmail, process.env, { input, output, errors }));
}
