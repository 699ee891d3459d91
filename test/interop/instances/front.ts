import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensure } from '../../support/packages.js';
import { onFreePorts } from '../../support/port.js';
import { scratchDirectory } from '../../support/scratch.js';
import { type Service, startService } from '../../support/service.js';

const sample = readFileSync(new URL('../../../../deploy/haproxy/haproxy.cfg', import.meta.url), 'utf8');

/** Where an instance listens. */
export interface Listeners {
  readonly imap: number;
  readonly imaps: number;
}

/**
 * HAProxy with the sample of its configuration, in which only ports and addresses are others. The port is that of
 * `listen imaps`.
 */
export async function startFront(instances: readonly Listeners[]): Promise<Service> {
  await ensure('haproxy');
  return onFreePorts(2, async (ports) => {
    const [imaps = 0, imap = 0] = ports;
    const files = scratchDirectory('front');
    const config = join(files.path, 'haproxy.cfg');
    const text = sample
      // As many descriptors as that takes, not every machine gives.
      .replace('maxconn 20000', 'maxconn 200')
      .replaceAll('bind :::993 v4v6', `bind 127.0.0.1:${imaps}`)
      .replaceAll('bind :::143 v4v6', `bind 127.0.0.1:${imap}`)
      .replaceAll(/192\.0\.2\.2([12]):(\d+)/g, (_, which: string, port: string) => {
        const instance = instances[Number(which) - 1];
        return `127.0.0.1:${port === '993' ? instance?.imaps : instance?.imap}`;
      });
    await writeFile(config, text);
    const spec = {
      name: 'haproxy',
      command: '/usr/sbin/haproxy',
      args: ['-db', '-f', config],
      logFile: join(files.path, 'log'),
      ports,
    };
    return startService(spec, files);
  });
}
