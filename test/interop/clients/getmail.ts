import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cooperative, startPeer } from '../../support/smtp-peer.js';
import type { Job, Place } from './job.js';
import { run } from './program.js';

// What it delivers with a process of its own, it now and then waits for without end; with LMTP it needs none.
const configuration = (place: Place, lmtpPort: number): string => `
[retriever]
type = ${place.security === 'tls' ? 'SimpleIMAPSSLRetriever' : 'SimpleIMAPRetriever'}
server = 127.0.0.1
port = ${place.port}
username = ${place.user}
password = ${place.password}
mailboxes = ("INBOX", "Drafts")
move_on_delete = Sent
${place.security === 'tls' ? `ca_certs = ${place.caFile}` : ''}

[destination]
type = MDA_lmtp
host = 127.0.0.1
port = ${lmtpPort}
override = anna@example.org

[options]
read_all = false
delete = true
delivered_to = false
received = false
`;

/** Fetches everything, has it moved to Sent, and finds nothing to do after that. */
async function work(place: Place): Promise<string> {
  const replies: Record<string, string> = { ...cooperative(), LHLO: '250 peer.test\r\n' };
  const deliveries = await startPeer(({ line }) => replies[line.split(/[ :]/)[0]?.toUpperCase() ?? '']);
  try {
    const file = join(place.directory, 'getmailrc');
    await writeFile(file, configuration(place, deliveries.port), { mode: 0o600 });
    const getmail = () => run(place, 'getmail', ['--getmaildir', place.directory, '--quiet']);
    return [await getmail(), await getmail(), ...deliveries.accepted].join('\n=====\n');
  } finally {
    await deliveries.close();
  }
}

export const getmail: Job = {
  name: 'getmail',
  packages: ['getmail6'],
  securities: ['plain', 'tls'],
  run: work,
};
