import type { Frame } from '../imap/framer.js';
import { MAX_LOCAL_COMMAND } from '../imap/limits.js';
import type { LocalVerdict } from './local-command.js';

/** A command of the client that never goes upstream, while it is read. */
export interface SwallowedCommand {
  readonly tag: string;
  /** What becomes of it, from its arguments; they are undefined when it held a literal or was too long. */
  readonly judge: (args: string | undefined) => LocalVerdict;
  /** What was read of the arguments. */
  readonly args: string | undefined;
}

export type Swallowed =
  /** It goes on; `literal` when one of so many octets begins. */
  | { readonly kind: 'open'; readonly command: SwallowedCommand; readonly literal?: number }
  | { readonly kind: 'complete'; readonly command: SwallowedCommand }
  /** It cannot be told where it ends. */
  | { readonly kind: 'unsure' };

/** Takes in the next frame; `octets` are those of its arguments. */
export function swallow(command: SwallowedCommand, frame: Frame, octets: Buffer): Swallowed {
  if (frame.kind === 'literal') return { kind: 'open', command: withoutArguments(command) };
  const read = { ...command, args: collect(command.args, octets) };
  if (frame.kind === 'line-part') return { kind: 'open', command: read };
  const { mark } = frame;
  if (mark === undefined) {
    return { kind: 'complete', command: { ...read, args: read.args?.replace(/\r?\n$/, '') } };
  }
  // Refused, as we never send the `+`: the client goes on with a new command.
  if (mark.synchronizing) return { kind: 'complete', command: withoutArguments(command) };
  if (!mark.certain || mark.size === undefined) return { kind: 'unsure' };
  return { kind: 'open', command: withoutArguments(command), literal: mark.size };
}

const withoutArguments = (command: SwallowedCommand): SwallowedCommand => ({ ...command, args: undefined });

function collect(args: string | undefined, octets: Buffer): string | undefined {
  if (args === undefined || args.length + octets.length > MAX_LOCAL_COMMAND) return undefined;
  return args + octets.toString('latin1');
}
