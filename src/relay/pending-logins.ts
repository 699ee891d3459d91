/**
 * What waits for a login, by the network that it comes from. Whatever is asked costs the same however many there are:
 * somebody who floods us asks often.
 */
export class PendingLogins<Item> {
  /** Of each network, oldest first. */
  readonly #byNetwork = new Map<string, Set<Item>>();
  /** Networks by how many they have. */
  readonly #byCount = new Map<number, Set<string>>();
  #most = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(network: string, item: Item): void {
    const items = this.#byNetwork.get(network) ?? new Set();
    if (items.has(item)) return;
    items.add(item);
    this.#size++;
    this.#recount(network, items, items.size - 1);
  }

  remove(network: string, item: Item): void {
    const items = this.#byNetwork.get(network);
    if (items === undefined || !items.delete(item)) return;
    this.#size--;
    this.#recount(network, items, items.size + 1);
  }

  /**
   * Removes and returns the oldest of the network that has most, if that leaves it with no fewer than `network` has with one
   * more. Undefined otherwise: to take from one for the other would only turn them round.
   */
  takeFromHeaviest(network: string): Item | undefined {
    const here = this.#byNetwork.get(network)?.size ?? 0;
    if (this.#most < here + 2) return undefined;
    const [heaviest] = this.#byCount.get(this.#most) ?? [];
    if (heaviest === undefined) return undefined;
    const [oldest] = this.#byNetwork.get(heaviest) ?? [];
    if (oldest !== undefined) this.remove(heaviest, oldest);
    return oldest;
  }

  #recount(network: string, items: Set<Item>, before: number): void {
    const group = this.#byCount.get(before);
    group?.delete(network);
    if (group?.size === 0) this.#byCount.delete(before);
    if (items.size === 0) {
      this.#byNetwork.delete(network);
    } else {
      this.#byNetwork.set(network, items);
      const joined = this.#byCount.get(items.size);
      if (joined === undefined) this.#byCount.set(items.size, new Set([network]));
      else joined.add(network);
    }
    // A count changes by one at a time, so the next lower one is there when the highest is not any more.
    if (items.size > this.#most || !this.#byCount.has(this.#most)) this.#most = items.size;
  }
}
