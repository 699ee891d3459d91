/**
 * What an error of imapflow says, of the connection or of a command that the server refused: another try may go well.
 * Undefined for a fault of ours, which has none of its fields.
 */
export function serverTrouble(error: unknown): string | undefined {
  const { code, responseStatus, responseText, message } = error as Trouble;
  // A server may refuse without a word: then there is only the status.
  if (code === undefined && responseStatus === undefined) return undefined;
  return responseText ?? message;
}

interface Trouble extends Error {
  readonly code?: string;
  readonly responseStatus?: string;
  readonly responseText?: string;
}
