import { configSchema } from './config-schema.js';
import { manPage } from './man-page.js';
import { withOptionTables } from './option-tables.js';
import { proxyOptions } from './proxy-options.js';

/** A file of the repository that is made, or in parts, from the sources; `make` is given it as it is. */
export interface Output {
  readonly path: string;
  make(current: string): string | Promise<string>;
}

export const OUTPUTS: readonly Output[] = [
  { path: 'deploy/imap-send-proxy.schema.json', make: configSchema },
  { path: 'docs/configuration.md', make: withOptionTables },
  { path: 'man/imap-send-proxy.1', make: manPage },
  { path: 'src/proxy-options.ts', make: proxyOptions },
];
