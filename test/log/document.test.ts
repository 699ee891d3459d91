import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { LEVEL_OF } from '../../src/log/events.js';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const source = read('src/log/events.ts').replaceAll(/\/\*\*.*?\*\//gs, '');
const rows = [...read('docs/logging.md').matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) =>
  row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
);

/** The declared fields with their types, as they are called in the document; `envelope.from` for one within another. */
function fieldsOf(declaration: string, prefix = ''): Map<string, string> {
  const fields = new Map<string, string>();
  if (/\bOfSession\b/.test(declaration)) fields.set('session', 'text');
  const nested = declaration.matchAll(/readonly (\w+)\??: \{([^}]*)\}/g);
  for (const [, name = '', inner = ''] of nested) {
    for (const [field, type] of fieldsOf(inner, `${name}.`)) fields.set(field, type);
  }
  for (const [, name = '', type = ''] of declaration
    .replaceAll(/readonly \w+\??: \{[^}]*\}/g, '')
    .matchAll(/readonly (\w+)\??: ([^;}]+)/g)) {
    fields.set(prefix + name, typeOf(type));
  }
  return fields;
}

function typeOf(type: string): string {
  const [own = ''] = type.split(' | undefined');
  if (own.trim() === 'readonly string[]') return 'list of texts';
  return own.trim() === 'number' || own.trim() === 'boolean' ? own.trim() : 'text';
}

/** As the log writes it, in the JSON of the document's example. */
function typeOfExample(example: unknown): string {
  if (Array.isArray(example) && example.every((each) => typeof each === 'string')) return 'list of texts';
  return typeof example === 'string' ? 'text' : typeof example;
}

const [, body = ''] = /interface Events \{\n(.*?)\n\}/s.exec(source) ?? [];
const declarations = new Map(
  [...body.matchAll(/^ {2}'?([a-z-]+)'?: (.*?);$(?!\n {4})/gms)].map(([, name = '', text = '']) => [
    name,
    text,
  ]),
);

test('every event is found in its declaration', () => {
  assert.deepEqual([...declarations.keys()], Object.keys(LEVEL_OF));
});

describe('the logging document says of each event which fields it has', () => {
  for (const [event, declaration] of declarations) {
    test(event, () => {
      const [, , words = ''] = rows.find(([name]) => name === `\`${event}\``) ?? [];
      // Its fields have a table of their own.
      const own = event === 'send' ? rows.map(([first = '']) => first).join() : words;
      for (const field of fieldsOf(declaration).keys()) {
        assert.ok(own.includes(`\`${field.split('.')[0]}\``), `${event} has ${field}`);
      }
    });
  }
});

test('the logging document has each field once, in order, with its type and an example that is of it', () => {
  const declared = new Map<string, string>();
  for (const [event, declaration] of declarations) {
    for (const [field, type] of fieldsOf(declaration)) {
      assert.equal(declared.get(field) ?? type, type, `${event}: ${field} is of one type`);
      declared.set(field, type);
    }
  }
  // The logger's own, and what every event has.
  declared.set('level', 'text').set('time', 'text').set('event', 'text');
  const documented = rows.filter(({ length, 0: name }) => length === 4 && name?.startsWith('`'));
  assert.deepEqual(
    documented.map(([name = '', type]) => [name.slice(1, -1), type]),
    [...declared].sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  for (const [name, type, , example = ''] of documented) {
    assert.equal(typeOfExample(JSON.parse(example.slice(1, -1))), type, name);
  }
});
