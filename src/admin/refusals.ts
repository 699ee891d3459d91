/** More than anybody adds by hand. */
const MOST = 1_000;
/** Characters of a login. */
const LONGEST = 512;

export type Change = 'done' | 'unchanged' | 'too-much';

/** The logins whose SEND is refused, as they were named. */
export class Refusals {
  readonly #put: (users: readonly string[]) => Promise<void>;
  #users: readonly string[] = [];

  /** `put` brings all of them into force. */
  constructor(put: (users: readonly string[]) => Promise<void>) {
    this.#put = put;
  }

  get users(): readonly string[] {
    return this.#users;
  }

  /** Resolves when it is in force. */
  async change(user: string, refused: boolean): Promise<Change> {
    if (this.#users.includes(user) === refused) return 'unchanged';
    if (refused && (this.#users.length >= MOST || user.length > LONGEST)) return 'too-much';
    this.#users = refused ? [...this.#users, user] : this.#users.filter((each) => each !== user);
    await this.#put(this.#users);
    return 'done';
  }
}
