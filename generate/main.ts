import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OUTPUTS } from './outputs.js';

for (const { path, make } of OUTPUTS) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const made = await make(current);
  if (made === current) continue;
  writeFileSync(file, made);
  process.stdout.write(`${path}\n`);
}
