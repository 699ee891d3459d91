import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Octets of one message kept in memory; contract §3, `--spool-dir`. */
const MEMORY_LIMIT = 1024 * 1024;
/** Octets that may wait for the disk before the writer is asked to pause. */
const WAITING_LIMIT = 256 * 1024;
/** Most messages fit in it; so short a one is cut from memory that Node.js has at hand. */
const FIRST_BLOCK = 3 * 1024;
const BLOCK = 64 * 1024;
/** Octets read at once. Each read leaves garbage: with 64 KiB, 100 MB cost twice the resident memory. */
const READ = 256 * 1024;
const MAX_RECYCLED = WAITING_LIMIT / BLOCK;

/** The spool failed, not the client, upstream or the submission server. */
export class SpoolError extends Error {
  readonly side = 'spool';
  /** Of the system (`ENOSPC`, `ENOENT`), or `EIO` for a file that lost octets. */
  readonly code: string;

  constructor(doing: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EIO';
    super(`spool: ${doing} failed: ${code}`, { cause });
    this.name = 'SpoolError';
    this.code = code;
  }
}

/** One for all: every spool ends so, and a stack for each was a thirtieth of the time of a small message. */
const DISPOSED = new SpoolError('use', Object.assign(new Error('spool is disposed'), { code: 'ECANCELED' }));

export type SpoolEnd = { readonly ok: true } | { readonly ok: false; readonly error: SpoolError };

/** What all spools of a process hold now. */
export interface SpoolUse {
  octets: number;
  files: number;
}

export interface SpoolOptions {
  readonly directory: string;
  /** Octets kept in memory; a message that has more goes to a file, all of it. */
  readonly memoryLimit?: number;
  /** Opens the file for reading and writing: by default a nameless one. */
  readonly createFile?: (directory: string) => Promise<FileHandle>;
  /** Kept up to date. */
  readonly use?: SpoolUse;
}

interface Block {
  readonly octets: Buffer;
  used: number;
}

/**
 * Holds one message between its fetch and its submission, in memory or in a file without a name.
 *
 * Write, end, open as often as needed, dispose. A failure to write is told once, by `end`: what comes after it is
 * dropped, so that the rest of the message can still be taken from upstream.
 */
export class Spool {
  readonly #directory: string;
  readonly #memoryLimit: number;
  readonly #createFile: (directory: string) => Promise<FileHandle>;
  readonly #use: SpoolUse;
  /** What is not in the file, in order. Only the last block has room. */
  #blocks: Block[] = [];
  readonly #recycled: Buffer[] = [];
  #size = 0;
  #waiting = 0;
  #state: 'writing' | 'ending' | 'ended' = 'writing';
  #error: SpoolError | undefined;
  #file: FileHandle | undefined;
  #flushing: Promise<void> | undefined;
  #disposal: Promise<void> | undefined;
  #wake: (() => void)[] = [];

  constructor(options: SpoolOptions) {
    const { directory, memoryLimit = MEMORY_LIMIT, createFile = createNamelessFile } = options;
    this.#use = options.use ?? { octets: 0, files: 0 };
    this.#directory = directory;
    this.#memoryLimit = memoryLimit;
    this.#createFile = createFile;
  }

  /** Copies the chunk. False: wait for `drain` before writing more. */
  write(chunk: Buffer): boolean {
    if (this.#error || this.#state !== 'writing') return true;
    for (let offset = 0; offset < chunk.length; ) {
      const block = this.#blockWithRoom();
      const copied = chunk.copy(block.octets, block.used, offset);
      block.used += copied;
      offset += copied;
      this.#size += copied;
    }
    this.#use.octets += chunk.length;
    this.#waiting += chunk.length;
    if (!this.#overflowed) return true;
    this.#flush();
    return this.#waiting <= WAITING_LIMIT;
  }

  /** Resolves when more may be written. Never rejects. */
  drain(): Promise<void> {
    if (!this.#overflowed || this.#waiting <= WAITING_LIMIT || this.#error) return Promise.resolve();
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** Resolves when all octets can be read, or with why they cannot. Never rejects. */
  async end(): Promise<SpoolEnd> {
    if (this.#state === 'writing') this.#state = 'ending';
    while (this.#overflowed && this.#blocks.length > 0) await this.#flush();
    if (this.#error) return { ok: false, error: this.#error };
    this.#state = 'ended';
    return { ok: true };
  }

  /**
   * All octets from the start, in chunks that are valid until the next one is asked for.
   * Throws `SpoolError` if the file does not give back all that was written.
   */
  open(): AsyncIterable<Buffer> {
    if (this.#error) throw this.#error;
    if (this.#state !== 'ended') throw new Error('spool: opened before its end');
    return this.#file ? chunksInFile(this.#file, this.#size) : chunksInMemory(this.#blocks);
  }

  /** Gives memory and file back. Idempotent, never rejects. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose(): Promise<void> {
    this.#fail(DISPOSED);
    this.#use.octets -= this.#size;
    await this.#flushing;
    // Waits for reads in progress: a descriptor closed under them could already be another session's file.
    if (this.#file === undefined) return;
    await this.#file.close().catch(() => {});
    this.#use.files--;
  }

  get #overflowed(): boolean {
    return this.#size > this.#memoryLimit;
  }

  #blockWithRoom(): Block {
    const last = this.#blocks.at(-1);
    if (last && last.used < last.octets.length) return last;
    const length = Math.min(BLOCK, Math.max(FIRST_BLOCK, this.#size));
    const octets = this.#recycled.pop();
    const block = { octets: octets ?? newBlock(length), used: 0 };
    this.#blocks.push(block);
    return block;
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#flushBlocks().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flushBlocks(): Promise<void> {
    try {
      if (this.#file === undefined) {
        this.#file = await this.#createFile(this.#directory);
        this.#use.files++;
      }
      // The last block is filled on while the message is written.
      while (this.#blocks.length > (this.#state === 'writing' ? 1 : 0)) {
        const { octets, used } = this.#blocks[0]!;
        await writeAll(this.#file, octets.subarray(0, used));
        this.#blocks.shift();
        this.#waiting -= used;
        if (octets.length === BLOCK && this.#recycled.length < MAX_RECYCLED) this.#recycled.push(octets);
        if (this.#waiting <= WAITING_LIMIT) this.#wakeAll();
      }
    } catch (cause) {
      this.#fail(new SpoolError('writing', cause));
    }
  }

  #fail(error: SpoolError): void {
    this.#error ??= error;
    this.#blocks = [];
    this.#recycled.length = 0;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const newBlock = (length: number): Buffer =>
  length === FIRST_BLOCK ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);

/**
 * O_EXCL follows nobody's link in a shared directory, mode 0600 lets no other user read, and without its name the file
 * ends with the process however that ends.
 */
/** In `directory`, for what is there as long as it is open. */
export async function createNamelessFile(directory: string): Promise<FileHandle> {
  const path = join(directory, `imap-send-proxy-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function writeAll(file: FileHandle, octets: Buffer): Promise<void> {
  for (let offset = 0; offset < octets.length; ) {
    const { bytesWritten } = await file.write(octets, offset, octets.length - offset, null);
    offset += bytesWritten;
  }
}

async function* chunksInMemory(blocks: readonly Block[]): AsyncGenerator<Buffer> {
  for (const { octets, used } of blocks) yield octets.subarray(0, used);
}

/** One buffer for all reads: one for each would be tens of megabytes of garbage before it is collected. */
async function* chunksInFile(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  const octets = Buffer.allocUnsafeSlow(READ);
  try {
    for (let position = 0; position < size; ) {
      const { bytesRead } = await file.read(octets, 0, Math.min(READ, size - position), position);
      // A file that became shorter must not look like a shorter message.
      if (bytesRead === 0) throw new Error('the file ends too early');
      position += bytesRead;
      yield octets.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw new SpoolError('reading', cause);
  }
}
