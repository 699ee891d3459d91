/** A peer did not do in time what a connection waits for. The system has a time-out of its own, with another meaning. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly phase: 'connect' | 'greeting' | 'tls';

  constructor(phase: TimeoutError['phase'], message: string) {
    super(message);
    this.phase = phase;
  }
}
