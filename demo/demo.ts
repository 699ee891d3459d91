import { parseArgs } from 'node:util';
import type { ReceivedMessage } from '../test/support/sink.js';
import { sendAll } from './client.js';
import { placeUnderGuard } from './guard.js';
import * as screen from './screen.js';
import { type Stage, setStage } from './stage.js';
import { problemsOf } from './verify.js';

/** Shows SEND through a real Dovecot, and exits with 1 if it was not what it should have been. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const endGuard = placeUnderGuard();
  let arrived = (_message: ReceivedMessage): void => {};
  const stage = await setStage((message) => arrived(message));
  screen.showStage(stage);
  const wire = await sendAll(stage.proxyPort);
  screen.showWire(wire);
  screen.showArrivals(stage.sink.messages);
  const problems = problemsOf(wire, stage.sink.messages);
  screen.showProblems(problems);
  if (problems.length > 0) {
    process.exitCode = 1;
  } else if (values.keep) {
    arrived = screen.showArrival;
    await keep(stage);
  } else {
    screen.showHowToKeep();
  }
  await stage.stop();
  await endGuard();
}

/** Until Ctrl-C, or until whoever started us is gone: npm's shell dies of a signal without passing it on. */
async function keep(stage: Stage): Promise<void> {
  screen.showHowToConnect(stage);
  const parent = process.ppid;
  await new Promise<void>((resolve) => {
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      resolve();
    }, 500);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.prependOnceListener(signal, () => process.exit(0));
    }
  });
}

try {
  await main();
} catch (error) {
  screen.showProblems([error instanceof Error ? error.message : String(error)]);
  process.exit(1);
}
