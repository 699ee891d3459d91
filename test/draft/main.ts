import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Format, formats, renderDraft } from '../support/xml2rfc.js';
import { draftName, root } from './document.js';

/** `npm run draft`: renders the specification beside its source. */
const documents = join(root, 'docs');
for (const [format, extension] of Object.entries(formats)) {
  const name = `${draftName}.${extension}`;
  const { document, complaints } = await renderDraft(join(documents, `${draftName}.xml`), format as Format);
  await writeFile(join(documents, name), document);
  process.stdout.write([`docs/${name}`, ...complaints, ''].join('\n'));
  if (complaints.length > 0) process.exitCode = 1;
}
