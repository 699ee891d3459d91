import { linkSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Something that one process has, and no other. */
export interface Lock {
  /** Gives it back; it can be taken again. */
  release(): void;
  /** Gives it back, with its files: for what is not there any more, and will never be again. */
  remove(): void;
}

/**
 * Takes the lock `<path>.<number>.lock`, or gives undefined while a living process has it. A process that is killed has
 * it no longer.
 *
 * Whoever made the file with the highest number has it. A number is never used twice, as the highest file is not removed:
 * so whoever found its owner dead and was overtaken sees a higher one afterwards, and steps back. A single file that is taken
 * over from the dead would be taken over from the living by one who is a little late.
 */
export function takeLock(path: string): Lock | undefined {
  const self = ownerOf(process.pid);
  const fileOf = (number: number): string => `${path}.${number}.lock`;
  const highest = Math.max(0, ...numbersOf(path));
  if (highest > 0 && isHeld(fileOf(highest))) return undefined;
  const mine = highest + 1;
  // Made whole elsewhere: an empty one would be nobody's.
  const whole = `${path}.${process.pid}.owner`;
  writeFileSync(whole, self, { mode: 0o600 });
  try {
    linkSync(whole, fileOf(mine));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(whole);
  }
  const numbers = numbersOf(path);
  if (Math.max(...numbers) !== mine) {
    rmSync(fileOf(mine), { force: true });
    return undefined;
  }
  for (const number of numbers) if (number < mine) rmSync(fileOf(number), { force: true });
  return {
    release: () => truncateSync(fileOf(mine)),
    remove: () => rmSync(fileOf(mine), { force: true }),
  };
}

function numbersOf(path: string): number[] {
  const start = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && name.endsWith('.lock'))
    .map((name) => Number(name.slice(start.length, -'.lock'.length)))
    .filter(Number.isInteger);
}

function isHeld(file: string): boolean {
  let owner: string;
  try {
    owner = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const pid = Number(owner.split(' ', 1)[0]);
  return owner !== '' && Number.isInteger(pid) && ownerOf(pid) === owner;
}

/** The process, which is another one when its number comes round. Empty if there is none. */
function ownerOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return '';
  }
  // proc(5): the 22nd field is when it started; the name, in parentheses, can have blanks.
  const [, fields = ''] = read(join('/proc', String(pid), 'stat')).split(/\) (?=[^)]*$)/);
  return `${pid} ${fields.split(' ')[19] ?? '-'} ${read('/proc/sys/kernel/random/boot_id').trim() || '-'}`;
}

/** Empty where there is no such file: systems other than Linux have no proc(5). */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
