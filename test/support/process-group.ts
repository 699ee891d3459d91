import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Signals every process of the group; nothing happens if none is left. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH
  }
}

/** Without those that are dead but that nobody has waited for yet. */
export function processesOfGroup(group: number): number[] {
  try {
    process.kill(-group, 0);
  } catch {
    return [];
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => isLiveMember(pid, group)).map(Number);
}

function isLiveMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc_pid_stat(5): the name in parentheses may hold blanks and parentheses itself, so count from its end.
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(processGroup) !== group || state === 'X') return false;
    // The first thread of a killed process can be dead while others still hold its sockets.
    return state !== 'Z' || entries(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/** False if processes of the group are left after so many milliseconds. */
export async function groupEnds(group: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (processesOfGroup(group).length > 0) {
    if (Date.now() > deadline) return false;
    await delay(10);
  }
  return true;
}

/**
 * Whether a process of the group listens on the TCP port. To connect would not tell: another process may have
 * taken the port first, and answer as well.
 */
export function listener(port: number, group: number): 'in group' | 'other' | 'none' {
  const sockets = ['tcp', 'tcp6'].flatMap((family) => listeningSockets(family, port));
  if (sockets.length === 0) return 'none';
  const held = new Set(processesOfGroup(group).flatMap(openFiles));
  return sockets.some((inode) => held.has(`socket:[${inode}]`)) ? 'in group' : 'other';
}

/** proc_pid_net(5): columns sl, local_address, rem_address, st, …; inode is the tenth. */
function listeningSockets(family: string, port: number): string[] {
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = '0A';
  return readFileSync(`/proc/net/${family}`, 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(localPort) && state === listening)
    .map((columns) => columns[9] ?? '');
}

function openFiles(pid: number): string[] {
  return entries(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // Closed meanwhile: a busy process opens and closes files all the time.
      return [];
    }
  });
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
