import { accessSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpacked } from './packages.js';
import type { Scratch } from './scratch.js';

/** Tools of systemd that work without it: nothing here starts a service, or the init system. */
export type SystemdTool = 'systemd-analyze' | 'systemd-notify' | 'systemd-socket-activate';

export interface SystemdTools {
  /** A directory for PATH. */
  readonly bin: string;
  /** Where its own units are. */
  readonly units: string;
  path(tool: SystemdTool): string;
}

/**
 * Those of the machine, or else of Debian's package, unpacked: to install it would make an init system of it.
 * @param files for scripts that start them
 */
export async function systemdTools(files: Scratch): Promise<SystemdTools> {
  if (isThere('/usr/bin/systemd-analyze')) {
    return { bin: '/usr/bin', units: '/lib/systemd/system', path: (tool) => join('/usr/bin', tool) };
  }
  const root = await unpacked('systemd');
  const library = join(root, 'usr/lib');
  const [architecture = ''] = readdirSync(library).filter((name) => name.endsWith('-linux-gnu'));
  const own = [join(library, architecture, 'systemd'), join(library, architecture)].join(':');
  const tools: readonly SystemdTool[] = ['systemd-analyze', 'systemd-notify', 'systemd-socket-activate'];
  for (const tool of tools) {
    const script = `#!/bin/sh\nLD_LIBRARY_PATH=${own} exec ${join(root, 'usr/bin', tool)} "$@"\n`;
    writeFileSync(join(files.path, tool), script, { mode: 0o755 });
  }
  return {
    bin: files.path,
    units: join(root, 'lib/systemd/system'),
    path: (tool) => join(files.path, tool),
  };
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
