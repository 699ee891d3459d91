import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensure } from './packages.js';
import { scratchDirectory } from './scratch.js';

const run = promisify(execFile);

/** A certificate and its key, as PEM text and as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  /** The authority of all but `untrusted`. */
  readonly ca: Certificate;
  /** Good for localhost and 127.0.0.1. */
  readonly server: Certificate;
  /** For the same names, but by an authority that nobody knows. */
  readonly untrusted: Certificate;
  /** For the same names; it ended yesterday. */
  readonly expired: Certificate;
  /** Valid, but for mail.example.com. */
  readonly wrongName: Certificate;
}

let made: Promise<Certificates> | undefined;

/** Made once for each process, and removed when it exits. */
export function certificates(): Promise<Certificates> {
  made ??= make();
  return made;
}

const localNames = 'DNS:localhost,IP:127.0.0.1';

async function make(): Promise<Certificates> {
  await ensure('openssl');
  const path = directory();
  const [ca, stranger] = await Promise.all([authority(path, 'ca'), authority(path, 'stranger')]);
  const [server, untrusted, expired, wrongName] = await Promise.all([
    issue(path, ca, { name: 'server', altNames: localNames, days: 2 }),
    issue(path, stranger, { name: 'untrusted', altNames: localNames, days: 2 }),
    issue(path, ca, { name: 'expired', altNames: localNames, days: -1 }),
    issue(path, ca, { name: 'wrong-name', altNames: 'DNS:mail.example.com', days: 2 }),
  ]);
  return { ca, server, untrusted, expired, wrongName };
}

let scratch: string | undefined;

function directory(): string {
  scratch ??= scratchDirectory('certs').path;
  return scratch;
}

let issued = 0;

/** One more of the known authority, for what only a few tests need. */
export async function issueCertificate(request: Omit<Request, 'name'>): Promise<Certificate> {
  const { ca } = await certificates();
  return issue(directory(), ca, { ...request, name: `issued-${++issued}` });
}

const keys = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
  rsa: ['-newkey', 'rsa:2048', '-nodes'],
};
const newKey = keys.ec;

async function authority(directory: string, name: string): Promise<Certificate> {
  const { certFile, keyFile } = files(directory, name);
  const subject = ['-subj', `/CN=Test authority ${name}`, '-days', '2'];
  // What `-x509` adds by itself makes it an authority: CA:TRUE, subject and authority key identifiers.
  await run('openssl', ['req', '-x509', ...newKey, ...subject, '-keyout', keyFile, '-out', certFile]);
  return load(directory, name);
}

interface Request {
  readonly name: string;
  readonly altNames: string;
  /** Validity from now on; negative for one that has ended. */
  readonly days: number;
  readonly key?: keyof typeof keys;
  /** Common name; `test` unless given. */
  readonly subject?: string;
  readonly usage?: 'serverAuth' | 'clientAuth';
}

async function issue(directory: string, ca: Certificate, request: Request): Promise<Certificate> {
  const { certFile, keyFile } = files(directory, request.name);
  const [requestFile, extensionFile] = [`${certFile}.csr`, `${certFile}.ext`];
  await writeFile(
    extensionFile,
    `subjectAltName=${request.altNames}\nextendedKeyUsage=${request.usage ?? 'serverAuth'}\n`,
  );
  const subject = ['-subj', `/CN=${request.subject ?? 'test'}`];
  const own = keys[request.key ?? 'ec'];
  await run('openssl', ['req', ...own, ...subject, '-keyout', keyFile, '-out', requestFile]);
  const signer = ['-CA', ca.certFile, '-CAkey', ca.keyFile, '-days', String(request.days)];
  const output = ['-extfile', extensionFile, '-out', certFile];
  await run('openssl', ['x509', '-req', '-in', requestFile, ...signer, ...output]);
  return load(directory, request.name);
}

function files(directory: string, name: string): { certFile: string; keyFile: string } {
  return { certFile: join(directory, `${name}.pem`), keyFile: join(directory, `${name}.key`) };
}

async function load(directory: string, name: string): Promise<Certificate> {
  const { certFile, keyFile } = files(directory, name);
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key, certFile, keyFile };
}
