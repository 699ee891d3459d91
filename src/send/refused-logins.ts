import type { Login } from '../credentials.js';
import type { Log } from '../log/logger.js';
import type { TakenCommandHandler } from '../relay/handler.js';
import { lowerCase } from './sender-policy.js';

/** Logins that the administrator lets send nothing, until they are allowed again or the proxy is started anew. */
export class RefusedLogins {
  #users: ReadonlySet<string> = new Set();

  /** All of them. Servers take logins in any case of letters: another spelling must be no way around. */
  set(users: readonly string[]): void {
    this.#users = new Set(users.map(lowerCase));
  }

  /** While anybody is refused, nobody sends of whom it is not known who it is: or the one who is would be that. */
  refuses(login: Login | undefined): boolean {
    if (this.#users.size === 0) return false;
    return login === undefined || login.user === '' || this.#users.has(lowerCase(login.user));
  }
}

/** Answers for those that are refused, and leaves the others to `handler`. */
export function refusingLogins(
  handler: TakenCommandHandler,
  refused: RefusedLogins,
  log: Log,
): TakenCommandHandler {
  return {
    async run(command, session) {
      if (!refused.refuses(session.login)) return handler.run(command, session);
      const user = session.login?.user ?? '';
      log.event('send-refused', { session: session.id, user, cause: 'administrator' });
      const text = `${command.name} is refused for this login by the administrator`;
      return { answer: { status: 'NO', code: 'NOPERM', text } };
    },
  };
}
