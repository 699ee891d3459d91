import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const undo = new Set<() => void>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Registers what must be undone even when a test dies half-way: it runs, synchronously, when the process
 * exits, newest first. Returns the function that takes it off the list.
 */
export function onAbnormalExit(action: () => void): () => void {
  if (undo.size === 0) {
    process.once('exit', undoAll);
    for (const signal of signals) process.once(signal, exitBySignal);
  }
  undo.add(action);
  return () => {
    undo.delete(action);
    if (undo.size > 0) return;
    process.removeListener('exit', undoAll);
    for (const signal of signals) process.removeListener(signal, exitBySignal);
  };
}

function undoAll(): void {
  for (const action of [...undo].reverse()) action();
}

function exitBySignal(): void {
  process.exit(1);
}

/** A new empty directory, which is removed at the latest when the process exits. */
export interface Scratch {
  readonly path: string;
  remove(): Promise<void>;
}

/** @param name the first part of its name; the rest is random. */
export function scratchDirectory(name: string): Scratch {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  // Servers give up root: they must be able to pass through.
  chmodSync(path, 0o711);
  // A process killed a moment ago may still be writing its last file.
  const options = { recursive: true, force: true, maxRetries: 5 };
  const forget = onAbnormalExit(() => rmSync(path, options));
  return {
    path,
    remove: async () => {
      await rm(path, options);
      forget();
    },
  };
}
