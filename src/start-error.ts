import { reasonOf } from './config/reason.js';

/**
 * The configuration is right, but the system did not let us start: a port in use, a name that is not known. `message` is one
 * line for the operator, `cause` what the system said, with its `code`.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Failures of the system are the operator's to solve, and need no stack; anything else is left as it is. */
export function explainStart(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const { syscall, address, port, hostname } = error as NodeJS.ErrnoException & Partial<Where>;
  const action =
    syscall === 'getaddrinfo'
      ? `look up ${hostname}`
      : `${syscall}${address ? ` on ${address} port ${port}` : ''}`;
  return new StartError(`cannot ${action}: ${reasonOf(error)}`, { cause: error });
}

/** What errors of sockets and name look-ups add to the code. */
interface Where {
  readonly address: string;
  readonly port: number;
  readonly hostname: string;
}
