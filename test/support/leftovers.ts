import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { runMarker } from './marker.js';

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes of a test run, also those that made themselves independent of it: they carry the value of
 * {@link runMarker} in their environment, or work in its directory. Without processes that have ended.
 */
export function processesOfRun(marker: string, directory: string): Leftover[] {
  const found: Leftover[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      // Servers that rename themselves write over their environment; their directory remains.
      const isOurs =
        environment.includes(`${runMarker}=${marker}`) ||
        `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${directory}/`);
      if (!isOurs) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(pid), command });
    } catch {
      // It has ended meanwhile, is a zombie, or belongs to somebody else.
    }
  }
  return found;
}
