import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Lock, takeLock } from './lock.js';

const HEAD = z.object({
  account: z.string(),
  sender: z.string(),
  recipients: z.array(z.string()),
  queued: z.string(),
});

export type Head = z.infer<typeof HEAD>;

/** A message that is kept. */
export interface Kept extends Head {
  readonly id: string;
  /** `failed`: it is only shown. */
  readonly state: 'pending' | 'failed';
  /** Why it cannot be sent; undefined while it is to be sent. */
  readonly failure?: string;
  /** File with all of it. */
  readonly path: string;
  readonly octets: Buffer;
}

/**
 * Messages that are kept until they are sent: one file each, whose first line is JSON, and behind it the octets that are
 * appended. `.msg` is to be sent; `.failed` will not be by itself, and `.reason` beside it says why. What is there under such a
 * name is whole, whenever the machine stops.
 */
export class Spool {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Returns its id when it will survive a loss of power. Of those with an earlier `queued`, ids are smaller. */
  put(head: Head, octets: Buffer): string {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const id = `${head.queued.replace(/[-:.]/g, '')}-${randomUUID()}`;
    this.#write(`${id}.msg`, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), octets]));
    return id;
  }

  /** Those to be sent, the oldest first. */
  pending(): string[] {
    return this.#names('.msg');
  }

  failed(): string[] {
    return this.#names('.failed');
  }

  /** Undefined when it is not there any more. */
  read(id: string): Kept | undefined {
    for (const [state, ending] of [
      ['pending', '.msg'],
      ['failed', '.failed'],
    ] as const) {
      const path = this.#path(id, ending);
      const content = readIfThere(path);
      if (content === undefined) continue;
      const end = content.indexOf('\n');
      const head = readHead(content.toString('utf8', 0, end));
      const kept = { id, state, ...(head ?? NO_HEAD), path, octets: content.subarray(end + 1) };
      const failure =
        state === 'failed' ? readIfThere(this.#path(id, '.reason'))?.toString().trim() : undefined;
      if (head === undefined) return { ...kept, failure: failure ?? 'the first line of its file is damaged' };
      return state === 'failed' ? { ...kept, failure: failure ?? 'unknown reason' } : kept;
    }
    return undefined;
  }

  /** For sending it; undefined while another process does. */
  lock(id: string): Lock | undefined {
    return takeLock(join(this.#directory, id));
  }

  remove(id: string): void {
    rmSync(this.#path(id, '.msg'), { force: true });
  }

  /** From now on it is only shown. */
  fail(id: string, reason: string): void {
    this.#write(`${id}.reason`, Buffer.from(`${reason}\n`));
    renameSync(this.#path(id, '.msg'), this.#path(id, '.failed'));
    this.#syncDirectory();
  }

  /** Removes what processes left that were killed, more than a day ago: half written files, and locks of nothing. */
  tidy(now: number): void {
    const pending = new Set(this.pending());
    for (const name of this.#entries()) {
      const lockOf = /^(.+)\.\d+\.lock$/.exec(name)?.[1];
      if (lockOf === undefined ? !/\.(?:tmp|owner)$/.test(name) : pending.has(lockOf)) continue;
      const path = join(this.#directory, name);
      const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
      if (age > 86_400_000) rmSync(path, { force: true });
    }
  }

  #write(name: string, content: Buffer): void {
    const path = join(this.#directory, name);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    this.#syncDirectory();
  }

  /** A new name is as lasting as its directory. */
  #syncDirectory(): void {
    const file = openSync(this.#directory, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #path(id: string, ending: string): string {
    return join(this.#directory, `${id}${ending}`);
  }

  #names(ending: string): string[] {
    return this.#entries()
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .sort();
  }

  #entries(): string[] {
    try {
      return readdirSync(this.#directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

const NO_HEAD: Head = { account: '', sender: '', recipients: [], queued: '' };

/** Undefined if it is none: users edit and move these files, and one must not hold up the others. */
function readHead(line: string): Head | undefined {
  try {
    return HEAD.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
