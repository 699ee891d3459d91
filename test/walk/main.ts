import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clone, type DebianRoot, debianRoot } from './debian-root.js';
import { type Stage, tenMinutes } from './path.js';
import { openShell, type Shell } from './shell.js';
import { type Screen, type Step, transcript, withTranscript } from './transcript.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const host = 'mail.example.org';
/** What the proxy prints, as seen from within the root. */
const screenOfProxy = '/root/second-terminal';

/**
 * Types what the README says into a fresh Debian system in a directory, and writes what came of it into the document.
 * The first stage has the network of this machine, to fetch packages; all others have a loopback interface alone.
 */
async function walk(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('this needs to be root, for debootstrap(8) and unshare(1)');
  const [install, ...rest] = tenMinutes(readFileSync(join(repository, 'README.md'), 'utf8'));
  if (install === undefined) throw new Error('the README has no path');
  say('a fresh Debian, by debootstrap');
  const root = await debianRoot(repository, host);
  try {
    const began = Date.now();
    const screens = [await walkInstallation(root, install), ...(await walkStages(root, rest))];
    const minutes = Math.ceil((Date.now() - began) / 60_000);
    if (minutes > 10) throw new Error(`it took ${minutes} minutes`);
    const text = transcript(screens);
    for (const name of root.secrets)
      if (text.includes(name)) throw new Error(`the transcript has ${name} in it`);
    const document = join(repository, 'docs/ten-minutes.md');
    writeFileSync(document, withTranscript(readFileSync(document, 'utf8'), text));
    say(`done in ${minutes} minutes: ${document}`);
  } finally {
    root.remove();
  }
}

async function walkInstallation(root: DebianRoot, stage: Stage): Promise<Screen> {
  const shell = shellIn(root, 'machine');
  try {
    return await walkStage(shell, stage);
  } finally {
    await shell.close();
  }
}

async function walkStages(root: DebianRoot, stages: readonly Stage[]): Promise<Screen[]> {
  const shell = shellIn(root, 'loopback');
  try {
    const screens: Screen[] = [];
    for (const stage of stages) screens.push(await walkStage(shell, stage, root));
    const last = screens.at(-1)?.steps.at(-1)?.output ?? '';
    if (!last.includes('\nSubject: ')) throw new Error(`no message is in the mailbox:\n${last}`);
    // What it printed meanwhile, and at Ctrl-C.
    await shell.run('kill -INT %%; wait %%');
    const proxy = screens.flatMap(({ steps }) => steps).find(({ command }) => stays(command));
    const output = readFileSync(join(root.path, screenOfProxy), 'utf8');
    return screens.map(({ title, steps }) => ({
      title,
      steps: steps.map((step) => (step === proxy ? { ...step, output } : step)),
    }));
  } finally {
    await shell.close();
  }
}

async function walkStage(shell: Shell, { title, commands }: Stage, root?: DebianRoot): Promise<Screen> {
  const steps: Step[] = [];
  for (const command of commands) {
    say(`# ${command}`);
    if (root !== undefined && stays(command)) steps.push(await startProxy(shell, command, root));
    else steps.push(await (shows(command) ? untilSomething(shell, command) : shell.run(command)));
  }
  return { title, steps };
}

/** A command that has a terminal of its own from now on. */
const stays = (command: string): boolean => command.startsWith('imap-send-proxy serve ');
/** A command that looks for the message, which is on its way for a moment. */
const shows = (command: string): boolean => command.startsWith('doveadm fetch ');

async function startProxy(shell: Shell, command: string, root: DebianRoot): Promise<Step> {
  await shell.run(`${command} > ${screenOfProxy} 2>&1 &`);
  const file = join(root.path, screenOfProxy);
  const printed = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  await until(() => printed().includes(' ready '), command);
  return { command, output: '' };
}

async function untilSomething(shell: Shell, command: string): Promise<Step> {
  let step: Step = { command, output: '' };
  await until(async () => {
    step = await shell.run(command);
    return step.output.trim() !== '';
  }, command);
  return step;
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`nothing for a minute: ${what}`);
    await delay(200);
  }
}

function shellIn({ path, environment }: DebianRoot, network: 'loopback' | 'machine'): Shell {
  // Names of the machine's package sources are of no use without its network.
  return openShell({
    root: path,
    directory: clone,
    host,
    network,
    environment: network === 'machine' ? environment : {},
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await walk();
