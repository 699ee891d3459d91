import type { Option } from '../src/config/option.js';
import { environmentName, OPTION_KEYS, type OptionKey, option } from '../src/config/options.js';
import { NOTES } from './option-notes.js';

/** The document with the table of options between `<!-- options: Clients -->` and `<!-- end -->`, for each group. */
export function withOptionTables(document: string): string {
  return document.replaceAll(
    /(<!-- options: ([^\n]+) -->\n).*?(<!-- end -->)/gs,
    (_, begin: string, group: Option['group'], end: string) => `${begin}${tableOf(group)}${end}`,
  );
}

function tableOf(group: Option['group']): string {
  const rows = OPTION_KEYS.filter((key) => option(key).group === group).map(rowOf);
  if (rows.length === 0) throw new Error(`generate: no group of options is called ${group}`);
  return ['', '| option | default | |', '|---|---|---|', ...rows, '', ''].join('\n');
}

function rowOf(key: OptionKey): string {
  const { describe, default: fallback, otherwise = '', secret } = option(key);
  const name = secret ? environmentName(key) : `--${key}`;
  const applies = fallback === undefined ? withCode(otherwise) : `\`${fallback}\``;
  const note = NOTES[key];
  const text = `${withCode(describe)}.${note === undefined ? '' : ` ${note}`}`;
  return `| ${[`\`${name}\``, applies, text].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll(
    '|  |',
    '| |',
  );
}

/** URLs and options in the words of the help text. */
const withCode = (text: string): string =>
  text.replaceAll(/[a-z]+:\/\/(?:[^\s,;.)]*[^\s,;.):])?|--[a-z-]*[a-z]/g, (found) => `\`${found}\``);
