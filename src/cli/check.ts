import type { Argv, CommandModule } from 'yargs';
import { load } from '../config/load.js';
import { ConfigError } from '../config/problem.js';
import type { Flags } from '../config/sources.js';
import { CHECK_OPTIONS, readRequest } from './check-options.js';
import { declareOptions, printInstead } from './serve.js';

export const check: CommandModule<object, Flags> = {
  command: 'check',
  describe: 'Look at all that the proxy would work with, and say what is wrong',
  builder: (parser) => declareOptions(parser.options(CHECK_OPTIONS) as Argv),
  handler: async ({ _, $0, ...given }) => {
    const [, extra] = _ as string[];
    if (extra !== undefined) {
      throw new ConfigError({ key: 'check', text: `expected no arguments, given "${extra}"` });
    }
    const own = Object.keys(CHECK_OPTIONS);
    const flags = Object.fromEntries(Object.entries(given).filter(([key]) => !own.includes(key)));
    const loaded = load(flags, process.env);
    if (await printInstead(loaded)) return;
    const request = readRequest(given, process.env, loaded.config);
    // Imported now, not above: `serve` has no use for it.
    const [{ runChecks }, { asJson, asText, countsOf }] = await Promise.all([
      import('../check/run.js'),
      import('../check/report.js'),
    ]);
    const findings = await runChecks(loaded.config, request);
    const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
    process.stdout.write(given['json'] === undefined ? asText(findings, colour) : asJson(findings));
    process.exitCode = countsOf(findings).failed > 0 ? 1 : 0;
  },
};
