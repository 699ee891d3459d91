/** A block of commands, with the words in bold type before it. */
export interface Stage {
  readonly title: string;
  readonly commands: readonly string[];
}

const heading = '## Ten minutes';

/**
 * The commands of the README's section, as they are written there.
 * @throws Error the section is missing, or holds no commands
 */
export function tenMinutes(readme: string): Stage[] {
  const [, section] = readme.split(new RegExp(`^${heading}\\b.*$`, 'm'));
  const end = section?.search(/^## /m) ?? -1;
  const text = section?.slice(0, end < 0 ? undefined : end) ?? '';
  const stages = [...text.matchAll(/^\*\*(.+?)\.?\*\*.*?^```sh\n(.*?)^```$/gms)].map(
    ([, title = '', block = '']) => ({ title, commands: commandsOf(block) }),
  );
  if (stages.length === 0) throw new Error(`no shell commands below "${heading}"`);
  return stages;
}

/** A command is a line, with the lines that a backslash or a here-document adds to it. */
export function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let open: string[] = [];
  let delimiter: string | undefined;
  for (const line of block.trimEnd().split('\n')) {
    if (open.length === 0 && line.trim() === '') continue;
    open.push(line);
    delimiter ??= /<<-?'?(\w+)'?/.exec(line)?.[1];
    const unfinished =
      delimiter === undefined ? line.endsWith('\\') : line !== delimiter || open.length === 1;
    if (unfinished) continue;
    commands.push(open.join('\n'));
    open = [];
    delimiter = undefined;
  }
  if (open.length > 0) throw new Error(`a command without an end: ${open[0]}`);
  return commands;
}
