import type { ImapFlow, ImapResponse } from 'imapflow';

/**
 * What imapflow has for commands that it does not know. Its own commands use these members; its types hide them, and so
 * package.json admits only patch releases.
 */
interface CommandChannel {
  exec(
    command: string,
    attributes: readonly { readonly type: 'SEQUENCE' | 'ATOM'; readonly value: string }[],
    options: {
      readonly untagged: Readonly<Record<string, (response: ImapResponse) => Promise<void>>>;
      readonly onSend: () => void;
    },
  ): Promise<{ readonly response: ImapResponse; next(): void }>;
  /** Ends IDLE. What is executed meanwhile would wait for the end of it. */
  readonly preCheck?: false | (() => Promise<void>);
}

/** What imapflow attaches to the error of a command that the server answered with NO or BAD. */
interface Refused {
  readonly responseStatus?: string;
  readonly response?: ImapResponse;
}

/**
 * Runs `UID SEND` or `SEND` and gives the tagged response, whatever its status. Calls `onSend` when the command is out.
 * @throws imapflow's error, when the connection was lost before the response came, or the set is none
 */
export async function execute(
  client: ImapFlow,
  command: 'SEND' | 'UID SEND',
  set: string,
  untagged: Readonly<Record<string, (response: ImapResponse) => void>>,
  onSend: () => void,
): Promise<ImapResponse> {
  const channel = client as unknown as CommandChannel;
  if (typeof channel.preCheck === 'function') await channel.preCheck();
  // `$` (RFC 5182) is no sequence set to imapflow.
  const argument = { type: set === '$' ? 'ATOM' : 'SEQUENCE', value: set } as const;
  const handlers = Object.fromEntries(
    Object.entries(untagged).map(([name, take]) => [name, async (response: ImapResponse) => take(response)]),
  );
  try {
    const { response, next } = await channel.exec(command, [argument], { untagged: handlers, onSend });
    next();
    return response;
  } catch (error) {
    const { responseStatus, response } = error as Refused;
    if ((responseStatus === 'NO' || responseStatus === 'BAD') && response !== undefined) return response;
    throw error;
  }
}
