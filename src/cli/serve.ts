import type { Argv, CommandModule } from 'yargs';
import { type Loaded, load, loadConfig } from '../config/load.js';
import { environmentName, OPTION_KEYS, option } from '../config/options.js';
import { ConfigError } from '../config/problem.js';
import type { Flags } from '../config/sources.js';
import { createLog } from '../log/logger.js';
import { createProxy, type Proxy as RunningProxy } from '../proxy.js';
import { explainStart } from '../start-error.js';
import { createServiceManager, type ServiceManager } from './service-manager.js';
import { firstSignal, onReload } from './signals.js';

export const serve: CommandModule<object, Flags> = {
  command: 'serve',
  describe: 'Run the proxy',
  builder: declareOptions,
  handler: async ({ _, $0, ...flags }) => {
    const [, extra] = _;
    if (extra !== undefined) {
      throw new ConfigError({ key: 'serve', text: `expected no arguments, given "${extra}"` });
    }
    const loaded = load(flags, process.env);
    if (await printInstead(loaded)) return;
    const { config } = loaded;
    const log = createLog(config.log);
    const starting = createProxy(config, log);
    const manager = createServiceManager(process.env, log);
    // Before anything is waited for: a signal that comes now is about files that were read already.
    onReload(() => void starting.then((proxy) => reload(flags, proxy, manager)).catch(() => {}));
    const proxy = await starting.catch((error) => {
      throw explainStart(error);
    });
    const signal = firstSignal();
    log.event('ready', { listeners: urlsOf(proxy), admin: proxy.admin });
    manager.ready(urlsOf(proxy));

    const { drainTimeoutMs } = config;
    log.event('stopping', { signal: await signal, drainSeconds: drainTimeoutMs / 1000 });
    manager.stopping(drainTimeoutMs);
    await proxy.close();
    await manager.close();
    log.event('stopped', {});
  },
};

/** Shows the configuration, if that is all that was asked for. */
export async function printInstead({ config, settings, printOnly }: Loaded): Promise<boolean> {
  if (!printOnly) return false;
  // Not loaded by a proxy that runs.
  const { printConfig } = await import('../config/print.js');
  process.stdout.write(printConfig(settings, config));
  return true;
}

/** From the same flags and environment, and the files as they are now. */
function reload(flags: Flags, proxy: RunningProxy, manager: ServiceManager): void {
  if (proxy.draining) return;
  manager.reloading();
  try {
    proxy.log.event('reloaded', proxy.reload(loadConfig(flags, process.env)));
  } catch (error) {
    if (error instanceof ConfigError) proxy.log.event('reload-rejected', error.problem);
    else proxy.log.event('internal-error', { error: String((error as Error).stack) });
  }
  manager.ready(urlsOf(proxy));
}

const urlsOf = ({ addresses }: RunningProxy): readonly string[] => addresses.map(({ url }) => url);

/** Those of every command that works with the configuration. */
export function declareOptions(parser: Argv): Argv<Flags> {
  for (const key of OPTION_KEYS) {
    const { group, describe, default: fallback, otherwise, toggle, secret } = option(key);
    if (secret) continue;
    const defaultDescription = toggle ? undefined : (fallback ?? otherwise);
    // No type: yargs would read `--upstream-insecure=yes` as false.
    parser.option(key, { group: `${group}:`, describe, ...(defaultDescription && { defaultDescription }) });
  }
  return parser.epilogue(
    `Every option can also be set in the environment (${environmentName('upstream-ca')}=F for --upstream-ca F) or in ` +
      'the config file (upstream-ca: F). Flags win over the environment, the environment over the file. The submission ' +
      `password can be in ${environmentName('submission-password')}, but never in a flag.`,
  ) as Argv<Flags>;
}
