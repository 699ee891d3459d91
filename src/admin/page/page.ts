import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '../reply.js';

/**
 * The status page in one document, of what the build has made of its parts. Read when the proxy starts: nothing is missing
 * when somebody asks for it in trouble.
 * @throws Error of the file system, if the package is incomplete.
 */
export function loadPage(): Page {
  const style = part('page.css');
  const script = part('main.js');
  const html = part('page.html')
    // Functions: `$&` in a script is nothing to be replaced.
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  return { html, styleHash: sha256(style), scriptHash: sha256(script) };
}

const part = (name: string): string => readFileSync(new URL(`document/${name}`, import.meta.url), 'utf8');

const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
