import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

/**
 * A submission server that can be killed: it takes responsibility for a message by writing a line to a file, and only then
 * says so. Arguments: its port, the file.
 */
const [port = '', journal = ''] = process.argv.slice(2);

/** Milliseconds before the reply to the final dot, in turns: where a kill hurts most. */
const delays = [0, 2, 0, 15, 5, 0, 40, 1];
let turn = 0;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData(stream, session, callback) {
    const digest = createHash('sha256');
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    stream.on('data', (chunk: Buffer) => digest.update(chunk));
    stream.on('end', () => {
      const delay = delays[turn++ % delays.length];
      setTimeout(() => {
        appendFileSync(journal, `${JSON.stringify({ recipients, sha256: digest.digest('hex') })}\n`);
        setTimeout(() => callback(), delay);
      }, delay);
    });
  },
});
server.on('error', () => {});
server.listen(Number(port), '127.0.0.1');
