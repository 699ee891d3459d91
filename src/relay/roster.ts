/** What is in a roster knows its place there. */
export interface Placed {
  place: number;
}

/**
 * Who is there, in no order. A Set would do, but for the memory: one from which as much is taken as is added moves to a new table
 * again and again, each old table keeps what was in it until all garbage is collected, and sessions with all that is theirs
 * outlive the collections of short-lived objects, which cost a tenth of a session's time then.
 */
export class Roster<T extends Placed> implements Iterable<T> {
  readonly #all: T[] = [];

  add(one: T): void {
    one.place = this.#all.push(one) - 1;
  }

  /** The last one takes its place. Nothing happens if it is not there. */
  delete(one: T): void {
    if (this.#all[one.place] !== one) return;
    const last = this.#all.pop() as T;
    if (last === one) return;
    last.place = one.place;
    this.#all[one.place] = last;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#all.values();
  }
}
