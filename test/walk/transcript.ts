/** A command and what it printed. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** What one would see in a terminal. */
export interface Screen {
  readonly title: string;
  readonly steps: readonly Step[];
}

const longest = 30;

/** What is another with every walk, and what stands in its place. */
const volatile: readonly (readonly [RegExp, string])[] = [
  // Progress that overwrites itself.
  [/^.*\r(?!\n)/gm, ''],
  // Where apt and npm found what they fetched, what npm says about itself, and that the root starts no services.
  [/^(?:Get|Hit|Ign|Fetched|npm notice|npm warn|invoke-rc\.d).*\n/gm, ''],
  [/^(added \d+ packages?) in .*$/gm, '$1'],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g,
    'Mon, 2 Mar 2026 09:00:00 +0000',
  ],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [\d ]\d \d\d:\d\d:\d\d \d{4}/g, 'Mon Mar  2 09:00:00 2026'],
  [/^\[\d\d:\d\d:\d\d\.\d{3}\]/gm, '[09:00:00.000]'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2026-03-02T09:00:00Z'],
  [/<\d{14}\./g, '<20260302090000.'],
  [/"(seconds|milliseconds)":[\d.]+/g, '"$1":0.1'],
  [/\b[\d.]+ (m?s)\b/g, '1 $1'],
  [/\b\d+ MiB free\b/g, '10000 MiB free'],
  [/"(bytes\w+)":\d+/g, '"$1":500'],
];

/** Names made up by the proxy, Postfix and the kernel: the first that is seen becomes number 1, everywhere. */
const made: readonly (readonly [RegExp, (count: number) => string])[] = [
  [/(?<="session":")[\w-]{8}(?=")/g, (count) => `session${count}`],
  [/(?<=queued as |SMTPA? id |<20260302090000\.)[0-9A-Z]{8,14}\b/g, (count) => `4F0000000${count}`],
  [/(?<="address":"127\.0\.0\.1:)\d+(?=")/g, (count) => String(50_000 + count)],
];

/** In Markdown. */
export function transcript(screens: readonly Screen[]): string {
  const shown = screens.map(({ title, steps }) => {
    const lines = steps.map(({ command, output }) => `${prompted(command)}\n${shortened(settled(output))}`);
    return `### ${title}\n\n\`\`\`console\n${lines.join('')}\`\`\`\n`;
  });
  return renamed(shown.join('\n'));
}

/** The document with another transcript between its marks. */
export function withTranscript(document: string, text: string): string {
  const marks = /(<!-- transcript: npm run walk -->\n).*?(<!-- end -->)/s;
  if (!marks.test(document)) throw new Error('the document has no place for a transcript');
  return document.replace(marks, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`);
}

/** The commands of a transcript, for comparison with what was to be typed. */
export function typed(markdown: string): string[] {
  const consoles = [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = '']) => text);
  return consoles
    .flatMap((text) => [...text.matchAll(/^# (.*(?:\n> .*)*)/gm)])
    .map(([, lines = '']) => lines.replaceAll('\n> ', '\n'));
}

/** As a shell prompts root: `# `, and `> ` for the lines that continue. */
function prompted(command: string): string {
  return `# ${command.replaceAll('\n', '\n> ')}`;
}

function settled(output: string): string {
  const text = volatile.reduce((rest, [pattern, stable]) => rest.replaceAll(pattern, stable), output);
  const trimmed = text
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n\n')
    .trim();
  return trimmed === '' ? '' : `${trimmed}\n`;
}

function renamed(text: string): string {
  return made.reduce((rest, [pattern, name]) => {
    const found = [...new Set(rest.match(pattern))];
    return found.reduce((each, old, index) => each.replaceAll(old, name(index + 1)), rest);
  }, text);
}

function shortened(output: string): string {
  const lines = output.split('\n');
  return lines.length <= longest ? output : [...lines.slice(0, 3), '[…]', ...lines.slice(-4)].join('\n');
}
