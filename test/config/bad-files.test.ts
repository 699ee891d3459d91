import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { certificates } from '../support/certs.js';
import { place, placeFile, type Refusal, refuses, SECRET } from './refusals.js';

const { ca, server, untrusted } = await certificates();

const encrypted = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: SECRET,
});
const weakKey = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});
const weak = { 'tls-key': placeFile('weak.key', weakKey.toString()), 'tls-cert': place('weak.pem') };
execFileSync('openssl', [
  'req',
  '-x509',
  '-subj',
  '/CN=x',
  '-key',
  weak['tls-key'],
  '-out',
  weak['tls-cert'],
]);

const cert = placeFile('cert.pem', server.cert);
const key = placeFile('key.pem', server.key);
const otherKey = placeFile('other.pem', untrusted.key);
const encryptedKey = placeFile('encrypted.pem', encrypted.toString());
const broken = placeFile('broken.pem', `${ca.cert}${server.cert.replace(/\n.*\n/, '\nAAAA\n')}`);
const words = placeFile('words.txt', `${SECRET}\n`);
const emptyLine = placeFile('empty.txt', `\n${SECRET}\n`);
const blank = placeFile('blank.txt', `${SECRET} ${SECRET} ${SECRET}\n`);
const token = 'a file whose first line is a token of 16 characters or more: letters, digits, - . _ ~ + /';
// As ISO 8859-1: the password would be another one.
const latin = placeFile('latin.txt', Buffer.from('caf\u00e9\n', 'latin1'));
const missing = place('missing');

const remote = { upstream: 'imaps://mail.example.org' };
const service = { 'submission-auth': 'service', 'submission-user': 'proxy' };

refuses([
  // Certificates and keys
  [
    { flags: { 'tls-cert': missing, 'tls-key': key } },
    'tls-cert: expected a readable file (no such file or directory), given "%/missing" (--tls-cert)',
  ],
  [
    { file: 'tls-cert: cert.pem\ntls-key: missing\n' },
    'tls-key: expected a readable file (no such file or directory), given "%/missing" (%/x.yaml:2:10)',
  ],
  [
    { flags: { 'tls-cert': words, 'tls-key': key } },
    'tls-cert: expected a file of PEM certificates, given "%/words.txt" (--tls-cert)',
  ],
  [
    { flags: { 'tls-cert': key, 'tls-key': cert } },
    'tls-cert: expected a file of PEM certificates, given "%/key.pem" (--tls-cert)',
  ],
  [
    { flags: { 'tls-cert': cert, 'tls-key': words } },
    'tls-key: expected a PEM private key without a passphrase, given "%/words.txt" (--tls-key)',
  ],
  [
    { flags: { 'tls-cert': cert, 'tls-key': encryptedKey } },
    'tls-key: expected a PEM private key without a passphrase, given "%/encrypted.pem" (--tls-key)',
  ],
  [
    { flags: { 'tls-cert': cert, 'tls-key': otherKey } },
    'tls-key: expected the key that fits the first certificate of tls-cert, given "%/other.pem" (--tls-key)',
  ],
  [{ flags: weak }, 'tls-cert: expected a certificate that OpenSSL accepts, given "%/weak.pem" (--tls-cert)'],
  [
    { flags: { ...remote, 'upstream-ca': missing } },
    'upstream-ca: expected a readable file (no such file or directory), given "%/missing" (--upstream-ca)',
  ],
  [
    { flags: { ...remote, 'upstream-ca': words } },
    'upstream-ca: expected a file of PEM certificates, given "%/words.txt" (--upstream-ca)',
  ],
  [
    { flags: { submission: 'smtps://h', 'submission-ca': broken } },
    'submission-ca: expected a file of PEM certificates, given "%/broken.pem" (--submission-ca)',
  ],

  // Others
  [
    { flags: { ...service, 'submission-password-file': missing } },
    'submission-password-file: expected a readable file (no such file or directory), given "%/missing" (--submission-password-file)',
  ],
  [
    { flags: { ...service, 'submission-password-file': emptyLine } },
    'submission-password-file: expected a file whose first line is the password, given "%/empty.txt" (--submission-password-file)',
  ],
  ...[
    [missing, 'a readable file (no such file or directory)', 'missing'],
    [emptyLine, token, 'empty.txt'],
    [words, token, 'words.txt'],
    [blank, token, 'blank.txt'],
  ].map(
    ([file = '', expected, name]): Refusal => [
      { flags: { admin: 'http://127.0.0.1:9143', 'admin-token-file': file } },
      `admin-token-file: expected ${expected}, given "%/${name}" (--admin-token-file)`,
    ],
  ),
  [
    { flags: { ...service, 'submission-password-file': latin } },
    'submission-password-file: expected a file in UTF-8, given "%/latin.txt" (--submission-password-file)',
  ],
  [
    { flags: { 'sender-policy': 'map', 'sender-map': missing } },
    'sender-map: expected a readable file (no such file or directory), given "%/missing" (--sender-map)',
  ],
  [
    { flags: { 'spool-dir': missing } },
    'spool-dir: expected a directory that we may write to (no such file or directory), given "%/missing" (--spool-dir)',
  ],
  [{ flags: { 'spool-dir': words } }, 'spool-dir: expected a directory, given "%/words.txt" (--spool-dir)'],
]);
