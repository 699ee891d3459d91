/** More than anybody adds by hand. */
const MOST = 1_000;
/** Characters of a login. */
const LONGEST = 512;

export type Change = 'done' | 'unchanged' | 'too-much';

/** The logins whose SEND is refused, as they were named. */
export class Refusals {
  readonly #put: (users: readonly string[]) => Promise<void>;
  readonly #fold: (user: string) => string;
  #users: readonly string[] = [];

  /** `put` brings all of them into force, for every spelling that `fold` makes one of. */
  constructor(put: (users: readonly string[]) => Promise<void>, fold: (user: string) => string) {
    this.#put = put;
    this.#fold = fold;
  }

  get users(): readonly string[] {
    return this.#users;
  }

  /** Resolves when it is in force. */
  async change(user: string, refused: boolean): Promise<Change> {
    const login = this.#fold(user);
    const others = this.#users.filter((each) => this.#fold(each) !== login);
    if (others.length < this.#users.length === refused) return 'unchanged';
    if (refused && (this.#users.length >= MOST || user.length > LONGEST)) return 'too-much';
    this.#users = refused ? [...others, user] : others;
    await this.#put(this.#users);
    return 'done';
  }
}
