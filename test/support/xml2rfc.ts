import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureNonFree } from './packages.js';
import { scratchDirectory } from './scratch.js';

export const formats = { text: 'txt', html: 'html' } as const;
export type Format = keyof typeof formats;

export interface Rendered {
  readonly document: string;
  /** What xml2rfc says besides the name of the file. */
  readonly complaints: readonly string[];
}

/**
 * Renders an Internet-Draft by Debian's xml2rfc, without the network, on the day that the source names: the result
 * depends on the source alone.
 * @throws Error if it cannot be rendered at all
 */
export async function renderDraft(source: string, format: Format): Promise<Rendered> {
  await ensureNonFree('xml2rfc');
  const files = scratchDirectory('xml2rfc');
  try {
    const out = join(files.path, `out.${formats[format]}`);
    const where = ['--out', out, '--cache', files.path, '--no-network'];
    const how = ['--skip-config-files', '--date', dateOf(await readFile(source, 'utf8'))];
    // HTML that stands alone.
    const page = format === 'html' ? ['--external-js', '--no-rfc-local'] : [];
    const done = await promisify(execFile)(
      '/usr/bin/xml2rfc',
      [`--${format}`, ...how, ...page, ...where, basename(source)],
      {
        cwd: dirname(source),
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: files.path, TZ: 'UTC' },
      },
    );
    const said = `${done.stdout}\n${done.stderr}`.split('\n').map((line) => line.trim());
    return {
      document: (await readFile(out, 'utf8')).replaceAll(FOREIGN, ''),
      complaints: said.filter((line) => line !== '' && !line.startsWith('Created file ')),
    };
  } finally {
    await files.remove();
  }
}

/** What a page would fetch from others: a script for RFCs, and fonts. And the version of Python that made it. */
const FOREIGN =
  /<script src="metadata\.min\.js"><\/script>\n|^@import url\([^\n]*\n|<!-- Generator version information:.*?-->\n/gms;

/** As `2026-11-23`. A document of another day than today is something that xml2rfc warns of. */
function dateOf(source: string): string {
  const [, year, month, day] = /<date year="(\d+)" month="(\w+)" day="(\d+)"\/>/.exec(source) ?? [];
  const date = new Date(`${month} ${day}, ${year} 12:00 UTC`);
  return date.toISOString().slice(0, 10);
}
