import { createHash } from 'node:crypto';
import type { Page } from '../reply.js';

const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

export function loadPage(): Page {
  const style = 'body { font: 1rem system-ui }';
  const html = `<!doctype html><html lang="en"><title>imap-send-proxy</title><style>${style}</style></html>`;
  return { html, styleHash: sha256(style), scriptHash: sha256('') };
}
