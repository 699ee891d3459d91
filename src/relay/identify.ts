import { readResponseHead } from '../imap/response.js';
import type { LineDialogue } from './line-dialogue.js';

const TAG = 'P4';

/**
 * Tells upstream by ID (RFC 2971) whose connection it is, before a client could say something else: Dovecot believes the
 * first ID alone. The answer, which may be a refusal, is taken out. Returns all else that upstream said.
 */
export async function identify(dialogue: LineDialogue, parameters: string): Promise<Buffer[]> {
  dialogue.send(`${TAG} ID ${parameters}\r\n`);
  const responses = await dialogue.answer(TAG);
  return responses.slice(0, -1).filter((response) => !/^\* ID /i.test(response.toString('latin1', 0, 5)));
}

/** Nobody listens to an ID behind BYE. */
export function takesId(greeting: Buffer): boolean {
  const head = readResponseHead(greeting, 0);
  return head.kind === 'status' && (head.status === 'OK' || head.status === 'PREAUTH');
}
