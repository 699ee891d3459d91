import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Argv } from 'yargs';
import { createProgram } from '../src/cli/program.js';
import { isOption, option } from '../src/config/options.js';

/** What `--help` says of a command, read from that text: what it leaves out is not there. */
export interface CommandHelp {
  /** With its positionals: `send [files..]`. */
  readonly usage: string;
  readonly describe: string;
  readonly groups: readonly Group[];
  /** Paragraphs behind the options. */
  readonly epilogue: readonly string[];
}

export interface Group {
  readonly name: string;
  readonly entries: readonly Entry[];
}

export interface Entry {
  /** `--listen`, `-f`, or a positional. */
  readonly name: string;
  /** What its value is called, if it takes one. */
  readonly value?: string | undefined;
  readonly text: string;
}

/** Of all commands, in the order of the help. */
export async function helpOfCommands(): Promise<readonly CommandHelp[]> {
  const [, list = ''] = (await createProgram([], null).getHelp()).split(/^Commands:$/m);
  const commands = [
    ...list
      .split('\n\n', 1)
      .join()
      .matchAll(/^ {2}imap-send-proxy (.+?) {2,}(.+)$/gm),
  ];
  return Promise.all(commands.map(([, usage = '', describe = '']) => helpOf(usage, describe)));
}

async function helpOf(usage: string, describe: string): Promise<CommandHelp> {
  const [name = ''] = usage.split(' ');
  // It has no help: for yargs, to parse it is to print its script.
  if (name === 'completion') return { usage, describe, groups: [], epilogue: [] };
  const program = createProgram([name], null);
  const printed = name === 'sendmail' ? await printedHelp(name) : await program.getHelp();
  const [, , ...paragraphs] = printed.trim().split('\n\n');
  const groups = paragraphs.filter(isGroup).map((paragraph) => groupFrom(paragraph, program));
  return { usage, describe, groups, epilogue: paragraphs.filter((paragraph) => !isGroup(paragraph)) };
}

/** Of a command whose arguments are not for yargs. */
async function printedHelp(name: string): Promise<string> {
  const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
  return (await promisify(execFile)(process.execPath, [main, name, '--help'])).stdout;
}

const isGroup = (paragraph: string): boolean => /^[^\n]+:\n {2}/.test(paragraph);

function groupFrom(paragraph: string, program: Argv): Group {
  const [heading = '', ...lines] = paragraph.split('\n');
  const entries = lines.map((line): Entry => {
    const [, name = '', shown, text = ''] = /^ {2}(\S+)(?: (\S.*?))? {2,}(.+)$/.exec(line) ?? [];
    const value =
      shown?.toLowerCase() ??
      (name.startsWith('--') && takesValue(name.slice(2), program) ? 'value' : undefined);
    return { name, value, text: said(text) };
  });
  return { name: heading.replace(/:$/, ''), entries: entries.filter((entry) => entry.text !== '') };
}

/** Yargs knows it where it was told so, and takes for booleans only options of its own. */
function takesValue(key: string, program: Argv): boolean {
  const { narg, boolean } = (program as Argv & WithOptions).getOptions();
  return isOption(key) ? !option(key).toggle : (narg[key] ?? 0) > 0 && !boolean.includes(key);
}

interface WithOptions {
  getOptions(): { readonly narg: Readonly<Record<string, number>>; readonly boolean: readonly string[] };
}

/** `Recipients of one message  [default: 500]` as sentences; empty where nothing is said. */
function said(text: string): string {
  const words = text.replaceAll(/\s*\[(?:boolean|array|default: \[\])\]/g, '');
  const [, describe = '', fallback] = /^(.*?)(?:\s*\[default: (.*)\])?$/.exec(words) ?? [];
  return [describe, fallback && `Default: ${fallback}`]
    .flatMap((each) => (each ? [`${each}.`] : []))
    .join(' ');
}
