import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpoolOptions } from '../../../src/send/spool.js';

/** A spool that puts every message into a file, so that one which nobody disposes of shows. */
export function countedFiles(): { readonly open: number; readonly spool: SpoolOptions } {
  let count = 0;
  return {
    get open() {
      return count;
    },
    spool: {
      directory: tmpdir(),
      memoryLimit: 0,
      async createFile(directory) {
        const path = join(directory, `counted-${randomUUID()}`);
        const file = await open(path, 'wx+');
        await unlink(path);
        count++;
        const close = file.close.bind(file);
        file.close = () => {
          count--;
          return close();
        };
        return file;
      },
    },
  };
}
