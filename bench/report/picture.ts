import { type Result, written } from '../result.js';

/** Those that are shown, with their colours on a light and a dark page. */
const SHOWN: readonly (readonly [name: string, light: string, dark: string])[] = [
  ['imap-send-proxy', '#0a66c2', '#58a6ff'],
  ['HAProxy TCP', '#b35900', '#e3954b'],
  ['nginx mail 64k', '#2f7d32', '#6fbf73'],
  ['Dovecot proxy', '#8e3b8e', '#cf86cf'],
  ['Node pipe', '#777777', '#9a9a9a'],
];
const WIDTH = 720;
const LABELS = 250;
const BAR = 9;
const GAP = 12;
const TOP = 30;

/** Bars of all throughputs, on one scale: SVG that is readable on light and dark pages. */
export function picture(results: readonly Result[]): string {
  const shown = results.filter(
    ({ unit, figures }) => unit === 'MB/s' && (SHOWN[0]?.[0] as string) in figures,
  );
  const most = Math.max(
    1,
    ...shown.flatMap(({ figures }) => SHOWN.map(([name]) => figures[name]?.median ?? 0)),
  );
  const scale = (WIDTH - LABELS - 50) / most;
  let y = TOP;
  const groups = shown.map(({ title, figures }) => {
    const bars = SHOWN.flatMap(([name], at) => {
      const value = figures[name]?.median;
      if (value === undefined) return [];
      const top = y;
      y += BAR;
      const end = LABELS + value * scale;
      return [
        `<rect class="c${at}" x="${LABELS}" y="${top}" width="${(value * scale).toFixed(1)}" height="${BAR - 1}"/>`,
        `<text class="v" x="${(end + 4).toFixed(1)}" y="${top + BAR - 2}">${written(value)}</text>`,
      ];
    });
    const middle = y - (bars.length / 2) * (BAR / 2) + 3;
    y += GAP;
    return [`<text class="t" x="${LABELS - 8}" y="${middle}">${escaped(title)}</text>`, ...bars].join('\n');
  });
  const keys = SHOWN.map(
    ([name], at) =>
      `<rect class="c${at}" x="${10 + at * 140}" y="8" width="10" height="10"/>` +
      `<text class="k" x="${24 + at * 140}" y="17">${escaped(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">`,
    '<title>Throughput in MB/s, one processor each; more is better</title>',
    `<style>${style()}</style>`,
    ...keys,
    ...groups,
    '</svg>\n',
  ].join('\n');
}

function style(): string {
  const colours = (index: 1 | 2): string => SHOWN.map((each, at) => `.c${at}{fill:${each[index]}}`).join('');
  return (
    'text{font:11px sans-serif;fill:#222}.t{text-anchor:end}.v{font-size:8px}' +
    `${colours(1)}@media(prefers-color-scheme:dark){text{fill:#ddd}${colours(2)}}`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
