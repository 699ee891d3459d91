import { place, type Refusal, refuses, SECRET } from './refusals.js';

const YAML = 'config: expected key: value lines in YAML, or JSON';
const ONE = 'expected one value or a list of values';

/** The text of a file, and what is said of it: the reason that it is none of ours, and where. */
const syntax: Readonly<Record<string, readonly [text: string, reason: string]>> = {
  'a key twice': ['log-level: info\nlog-level: warn\n', 'duplicate key (%/x.yaml:2:1)'],
  'a key twice in JSON': ['{"state": "memory",\n "state": "memory"}', 'duplicate key (%/x.yaml:2:2)'],
  'a tab as indent': [`log-level: info\n\tsubmission-password: ${SECRET}\n`, 'tab as indent (%/x.yaml:2:1)'],
  'a quote that is not closed': [`submission-password: "${SECRET}`, 'missing char (%/x.yaml:1:30)'],
  'JSON cut short': ['{\n"log-level": "info",\n', 'missing char (%/x.yaml:3:1)'],
  'a word': [SECRET, 'not a mapping (%/x.yaml:1:1)'],
  'a list': ['- listen: imap://h', 'not a mapping (%/x.yaml:1:1)'],
  'a list as a key': ['[a]: b', 'a key that is no word (%/x.yaml:1:1)'],
  'two documents': ['log-level: info\n---\nlog-level: warn\n', 'multiple docs (%/x.yaml:2:1)'],
  'a tag': [`submission-password: !env ${SECRET}\n`, 'tag resolve failed (%/x.yaml:1:22)'],
  'an alias of nothing': ['upstream: *h\n', 'an alias without an anchor (%/x.yaml:1:11)'],
  'an alias of nothing in a list': ['listen: [a, *h]', 'an alias without an anchor (%/x.yaml:1:13)'],
};

/** What cannot be decoded. */
const octets: Readonly<Record<string, Buffer>> = {
  'ISO 8859-1': Buffer.from('log-level: \u00e9\n', 'latin1'),
  'UTF-16': Buffer.from('\uFEFFlog-level: info\n', 'utf16le'),
};

refuses([
  [
    { flags: { config: place('missing') } },
    'config: expected a readable file (no such file or directory), given "%/missing" (--config)',
  ],
  [
    { env: { IMAP_SEND_PROXY_CONFIG: place('.') } },
    'config: expected a readable file (a directory), given "%" (environment IMAP_SEND_PROXY_CONFIG)',
  ],
  ...Object.values(syntax).map(([file, reason]): Refusal => [{ file }, `${YAML}: ${reason}`]),
  ...Object.values(octets).map(
    (file): Refusal => [{ file }, 'config: expected a file in UTF-8, given "%/x.yaml" (--config)'],
  ),
  [{ file: 'listen:\n  imap: 143\n' }, `listen: ${ONE} (%/x.yaml:2:3)`],
  [{ file: 'listen: [[imap://h]]' }, `listen: ${ONE} (%/x.yaml:1:9)`],
  [{ file: 'upstream: {$UPSTREAM}' }, `upstream: ${ONE} (%/x.yaml:1:11)`],
  [{ file: 'state: &s {a: b}' }, `state: ${ONE} (%/x.yaml:1:11)`],
  [{ file: 'limits:\n  max-recipients: 5\n' }, 'limits: unknown option (%/x.yaml:1:1)'],
  [{ file: 'x: &d {a: b}\n<<: *d\n' }, 'x: unknown option (%/x.yaml:1:1)'],
  [{ file: '{"__proto__": {"listen": "imap://h"}}' }, '__proto__: unknown option (%/x.yaml:1:2)'],
  // The first one in the file; also where a flag takes its place.
  [
    { file: 'log-level: loud\nlog-format: text\n', flags: { 'log-level': 'info' } },
    'log-level: expected error, warn, info or debug, given "loud" (%/x.yaml:1:12)',
  ],
  [
    { file: 'listen: [imap://a, "nope", imap://b]' },
    'listen: expected imap://host:port or imaps://host:port, or +systemd://name for ://host:port, given "nope" (%/x.yaml:1:20)',
  ],
  [
    { file: 'tls-cert:\n  - cert.pem\n' },
    'tls-cert: expected a readable file (no such file or directory), given "%/cert.pem" (%/x.yaml:2:5)',
  ],
  [
    { file: `submission-password: [${SECRET}]` },
    'submission-password: expected to be given once, given [secret] (%/x.yaml:1:22)',
  ],
]);
