import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { listMaildir, type MaildirFile } from './maildir.js';
import { splitMbox } from './mbox.js';

/** Octets of one message that are read into memory. No server takes as much. */
export const MAX_OCTETS = 256 * 1024 * 1024;

/** A message that somebody wants to be sent, or why there is none. */
export interface Source {
  /** As the user would name it: the file, and in an mbox the number. */
  readonly name: string;
  readonly content:
    | { readonly octets: Buffer; readonly flags: readonly string[] }
    | { readonly problem: string };
}

/**
 * The messages in files (one message, or an mbox) and directories (Maildir), in that order. `onRead` is told of each
 * file and each message of an mbox, with the part of everything that was read by then, 0 to 1.
 */
export async function* readSources(
  paths: readonly string[],
  onRead: (name: string, fraction: number) => void = () => {},
): AsyncGenerator<Source> {
  const found = (await Promise.all(paths.map(filesOf))).flat();
  for (const [index, file] of found.entries()) {
    const onPart = (name: string, part: number) => onRead(name, (index + part) / found.length);
    onPart(file.path, 0);
    if ('problem' in file) {
      yield { name: file.path, content: { problem: file.problem } };
      continue;
    }
    try {
      yield* readMessages(file, onPart);
    } catch (error) {
      yield { name: file.path, content: { problem: reasonOf(error) } };
    }
  }
}

type Found = MaildirFile | { readonly path: string; readonly problem: string };

async function filesOf(path: string): Promise<Found[]> {
  try {
    const found = await stat(path);
    if (found.isFile()) return [{ path, flags: [] }];
    // A pipe would be waited for, and cannot be looked at twice.
    if (!found.isDirectory()) return [{ path, problem: 'not a file' }];
    const files = await listMaildir(path);
    return files ?? [{ path, problem: 'a directory, but not a Maildir: it needs cur and new' }];
  } catch (error) {
    return [{ path, problem: reasonOf(error) }];
  }
}

async function* readMessages(
  { path, flags }: MaildirFile,
  onPart: (name: string, part: number) => void,
): AsyncGenerator<Source> {
  if (await isMbox(path)) {
    const { size } = await stat(path);
    const stream = createReadStream(path);
    let number = 0;
    for await (const message of splitMbox(stream, MAX_OCTETS)) {
      const content = 'problem' in message ? message : { octets: message.octets, flags };
      const name = `${path}:${++number}`;
      onPart(name, Math.min(1, stream.bytesRead / size));
      yield { name, content };
    }
    return;
  }
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const content =
      size > MAX_OCTETS
        ? { problem: `larger than ${MAX_OCTETS} octets` }
        : { octets: await file.readFile(), flags };
    yield { name: path, content };
  } finally {
    await file.close();
  }
}

/** A message begins with a header field, and in the name of one is no blank. */
async function isMbox(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(5), 0, 5, 0);
    return buffer.toString('latin1', 0, bytesRead) === 'From ';
  } finally {
    await file.close();
  }
}

/** Throws what is no fault of the file. */
function reasonOf(error: unknown): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return REASONS[code] ?? `cannot be read (${code})`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
};
