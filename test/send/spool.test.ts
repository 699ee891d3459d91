import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { Spool, SpoolError } from '../../src/send/spool.js';
import { scratchDirectory } from '../support/scratch.js';

const KIB = 1024;

const scratch = scratchDirectory('spool');
const directory = scratch.path;
after(() => scratch.remove());

/** Octets that tell their place, so that a chunk too much, too few or out of order shows. */
function content(length: number): Buffer {
  const octets = Buffer.alloc(length);
  for (let index = 0; index + 4 <= length; index += 4) octets.writeUInt32BE(index, index);
  return octets;
}

/** Writes as upstream's reader does: one buffer for all chunks. */
async function fill(spool: Spool, octets: Buffer, chunkLength: number): Promise<void> {
  const chunk = Buffer.alloc(chunkLength);
  for (let offset = 0; offset < octets.length; offset += chunkLength) {
    const length = octets.copy(chunk, 0, offset);
    if (!spool.write(chunk.subarray(0, length))) await spool.drain();
    chunk.fill(0xff);
  }
}

async function digestOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

const digest = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');

/** A file for reading and writing that the test can see. */
async function visibleFile(): Promise<FileHandle> {
  return open(join(directory, 'visible'), 'w+');
}

/** A file that is opened when the test says so. */
function fileLater(): { createFile(): Promise<FileHandle>; resolve(file: FileHandle): void } {
  let resolve: (file: FileHandle) => void = () => {};
  const created = new Promise<FileHandle>((settle) => {
    resolve = settle;
  });
  return { createFile: () => created, resolve: (file) => resolve(file) };
}

suite('a spool', () => {
  const sizes: readonly [name: string, size: number, chunkLength: number, inFile: boolean][] = [
    ['nothing', 0, 1, false],
    ['one octet', 1, 1, false],
    ['a short message in odd chunks', 10_007, 13, false],
    ['at the limit', 128 * KIB, 8 * KIB, false],
    ['one octet over', 128 * KIB + 1, 8 * KIB, true],
    ['over the limit in one chunk', 200 * KIB, 200 * KIB, true],
    ['far over the limit in odd chunks', 3_000_001, 60_001, true],
  ];
  for (const [name, size, chunkLength, inFile] of sizes) {
    test(`gives back, twice: ${name}`, async () => {
      let files = 0;
      const createFile = () => {
        files++;
        return visibleFile();
      };
      const spool = new Spool({ directory, memoryLimit: 128 * KIB, createFile });
      const octets = content(size);
      await fill(spool, octets, chunkLength);
      assert.deepEqual(await spool.end(), { ok: true });
      assert.equal(await digestOf(spool.open()), digest(octets));
      assert.equal(await digestOf(spool.open()), digest(octets));
      assert.equal(files, inFile ? 1 : 0);
      await spool.dispose();
    });
  }

  test('loses nothing of what is written while the octets before it go to the disk', async () => {
    const spool = new Spool({ directory, memoryLimit: 0 });
    const octets = content(100 * KIB);
    for (let offset = 0; offset < octets.length; offset += KIB) {
      spool.write(octets.subarray(offset, offset + KIB));
      await new Promise(setImmediate);
    }
    assert.deepEqual(await spool.end(), { ok: true });
    assert.equal(await digestOf(spool.open()), digest(octets));
    await spool.dispose();
  });

  test('keeps a megabyte in memory by default', async () => {
    const spool = new Spool({ directory: join(directory, 'absent') });
    await fill(spool, content(1024 * KIB), 64 * KIB);
    assert.deepEqual(await spool.end(), { ok: true });
    await spool.dispose();
  });

  test('takes little memory for a short message', () => {
    const before = process.memoryUsage().arrayBuffers;
    const spools = Array.from({ length: 100 }, () => new Spool({ directory }));
    for (const spool of spools) spool.write(Buffer.from('a short message'));
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 8 * KIB);
  });

  test('has a file without a name that only its owner can read', async () => {
    const spool = new Spool({ directory, memoryLimit: 0 });
    await fill(spool, content(100 * KIB), 10 * KIB);
    assert.deepEqual(await spool.end(), { ok: true });
    const descriptors = await Promise.all(
      (await readdir('/proc/self/fd')).map(async (fd) => ({
        fd,
        target: await readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      })),
    );
    const [file] = descriptors.filter(({ target }) => target.startsWith(join(directory, 'imap-send-proxy-')));
    assert.match(file?.target ?? '', / \(deleted\)$/);
    assert.equal((await stat(`/proc/self/fd/${file?.fd}`)).mode & 0o777, 0o600);
    await spool.dispose();
  });

  test('asks for a pause while the disk is behind, and tells when it has caught up', async () => {
    const created = fileLater();
    const spool = new Spool({ directory, memoryLimit: 64 * KIB, createFile: created.createFile });
    assert.equal(spool.write(content(64 * KIB)), true);
    assert.equal(spool.write(content(192 * KIB)), true);
    assert.equal(spool.write(content(1)), false);
    let drained = false;
    const drain = spool.drain().then(() => {
      drained = true;
    });
    await new Promise(setImmediate);
    assert.equal(drained, false);
    created.resolve(await visibleFile());
    await drain;
    assert.equal(spool.write(content(1)), true);
    await spool.dispose();
  });

  test('is not read before its end', async () => {
    const spool = new Spool({ directory });
    assert.throws(() => spool.open(), /before its end/);
    await spool.dispose();
  });
});

suite('a spool that fails', () => {
  const failures: readonly [name: string, code: string, createFile?: () => Promise<FileHandle>][] = [
    ['the directory is gone', 'ENOENT'],
    ['the disk is full', 'ENOSPC', () => open('/dev/full', 'r+')],
  ];
  for (const [name, code, createFile] of failures) {
    test(`${name}: takes the rest of the message, then says so`, async () => {
      const options = { directory: join(directory, 'absent'), memoryLimit: 64 * KIB };
      const spool = new Spool(createFile ? { ...options, createFile } : options);
      await fill(spool, content(1024 * KIB), 32 * KIB);
      const result = await spool.end();
      assert.ok(!result.ok);
      assert.deepEqual([result.error.side, result.error.code], ['spool', code]);
      assert.equal(spool.write(content(1024 * KIB)), true);
      assert.throws(() => spool.open(), result.error);
      await spool.dispose();
    });
  }

  test('a file that became shorter is not a shorter message', async () => {
    let file: FileHandle | undefined;
    const createFile = async () => {
      file = await visibleFile();
      return file;
    };
    const spool = new Spool({ directory, memoryLimit: 0, createFile });
    await fill(spool, content(200 * KIB), 10 * KIB);
    assert.deepEqual(await spool.end(), { ok: true });
    await file?.truncate(150 * KIB);
    await assert.rejects(digestOf(spool.open()), { name: 'SpoolError', side: 'spool', code: 'EIO' });
    await spool.dispose();
  });
});

suite('a disposed spool', () => {
  async function inFile(length: number): Promise<{ spool: Spool; file: FileHandle }> {
    const file = await visibleFile();
    const spool = new Spool({ directory, memoryLimit: 0, createFile: async () => file });
    await fill(spool, content(length), 10 * KIB);
    return { spool, file };
  }

  test('has closed its file, however often it is disposed of', async () => {
    const { spool, file } = await inFile(100 * KIB);
    await spool.end();
    await Promise.all([spool.dispose(), spool.dispose()]);
    await spool.dispose();
    assert.equal(file.fd, -1);
    assert.throws(() => spool.open(), SpoolError);
  });

  test('ends neither well nor never when it was being written', async () => {
    const { spool, file } = await inFile(1024 * KIB);
    const end = spool.end();
    await spool.dispose();
    const result = await end;
    assert.equal(!result.ok && result.error.code, 'ECANCELED');
    assert.equal(file.fd, -1);
    assert.equal(spool.write(content(1024 * KIB)), true);
    await spool.drain();
  });

  test('closes a file that was still being created', async () => {
    const created = fileLater();
    const spool = new Spool({ directory, memoryLimit: 0, createFile: created.createFile });
    spool.write(content(1024 * KIB));
    const [disposed, drained] = [spool.dispose(), spool.drain()];
    const file = await visibleFile();
    created.resolve(file);
    await Promise.all([disposed, drained]);
    assert.equal(file.fd, -1);
  });

  test('does not look like the end of the message to who is reading it', async () => {
    const { spool } = await inFile(1024 * KIB);
    await spool.end();
    await assert.rejects(async () => {
      for await (const _ of spool.open()) await spool.dispose();
    }, SpoolError);
  });
});

test('what all spools hold is known, and is nothing when they are gone', async () => {
  const use = { octets: 0, files: 0 };
  const [small, large] = [new Spool({ directory, use }), new Spool({ directory, use, memoryLimit: 10 })];
  await fill(small, content(100), 10);
  await fill(large, content(200), 10);
  await Promise.all([small.end(), large.end()]);
  assert.deepEqual(use, { octets: 300, files: 1 });
  await large.dispose();
  await large.dispose();
  assert.deepEqual(use, { octets: 100, files: 0 });
  await small.dispose();
  assert.deepEqual(use, { octets: 0, files: 0 });
});
