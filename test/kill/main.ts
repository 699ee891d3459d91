import { parseArgs } from 'node:util';
import { describeFigures, runTrial } from './trial.js';

/** The long form of the kill test: `npm run test:kill -- --sends 2000 --seed 1`. */
const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '8' },
    pause: { type: 'string', default: '400' },
  },
});
const seed = Number(values.seed);
const started = Date.now();
const figures = await runTrial({
  seed,
  sends: Number(values.sends),
  clients: Number(values.clients),
  pause: Number(values.pause),
});
process.stdout.write(`${describeFigures(seed, figures)}\n${((Date.now() - started) / 1000).toFixed(0)} s\n`);
process.exitCode = figures.lost + figures.duplicated + figures.truncated === 0 ? 0 : 1;
