import type { HeaderField } from './input.js';

/** What local names stand for: those of people and daemons of this machine, as cron writes them. */
export interface LocalNames {
  readonly aliases: Readonly<Record<string, string>>;
  /** Of names without an alias. Without it they stay as they are. */
  readonly domain?: string;
}

const ADDRESS_FIELD = /^(?:resent-)?(?:from|sender|to|cc|bcc)$/;

/** The field with an address in place of each local name; the same one if it has none. */
export function qualifyField(field: HeaderField, names: LocalNames): HeaderField {
  if (!ADDRESS_FIELD.test(field.name)) return field;
  const text = field.octets.toString('latin1');
  const colon = text.indexOf(':') + 1;
  // Folded as it is: a list may be longer than a line can be (RFC 5322 §2.1.1).
  const body = text.slice(colon, -2);
  const qualified = qualify(body, names);
  if (qualified === body) return field;
  return { ...field, octets: Buffer.from(`${text.slice(0, colon)}${qualified}\r\n`, 'latin1') };
}

/**
 * An address list with an address in place of each local name: `root`, `root (Cron Daemon)`, `Root <root>`. What has quotes
 * or groups in it, no program writes for a local name: it is left alone.
 */
export function qualify(list: string, names: LocalNames): string {
  if (/["\\:;]/.test(list)) return list;
  return list
    .split(',')
    .map((element) => {
      const [, before = '', local = '', after = ''] =
        /^(\s*|[^()<>@]*<)([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)(>?\s*(?:\([^()]*\)\s*)?)$/.exec(element) ?? [];
      if (local === '' || before.includes('<') !== after.includes('>')) return element;
      return `${before}${addressOf(local, names) ?? local}${after}`;
    })
    .join(',');
}

function addressOf(local: string, { aliases, domain }: LocalNames): string | undefined {
  if (Object.hasOwn(aliases, local)) return aliases[local];
  return domain === undefined ? undefined : `${local}@${domain}`;
}
