import type { Config } from '../config/config.js';
import { isLoopback } from '../config/endpoint.js';
import { readResponseHead } from '../imap/response.js';
import { upstreamOptions } from '../proxy-connections.js';
import { dialForNobody } from '../relay/probe.js';
import type { Secret } from '../secret.js';
import { type CertificateFacts, certificateFacts, tlsFacts } from './certificate.js';
import { ImapDialogue } from './imap-dialogue.js';
import type { LoginFacts } from './login.js';
import type { UpstreamFacts } from './upstream.js';

export interface User {
  readonly name: string;
  readonly password: Secret;
}

/** Looks at upstream as a client's session would find it, and logs in if somebody is given. */
export async function probeUpstream(
  config: Config,
  user: User | undefined,
  signal: AbortSignal,
): Promise<UpstreamFacts> {
  const options = upstreamOptions(config);
  const { clientAddress, upstream } = config;
  const dialed = await dialForNobody(options, clientAddress, signal);
  if (dialed.kind === 'failed') {
    const tls = dialed.phase === 'tls' || /STARTTLS/.test(dialed.cause);
    const shown = tls ? await shownCertificate(config, signal) : undefined;
    const connected = dialed.phase !== 'connect';
    return { kind: 'unreachable', tls, connected, cause: dialed.cause, shown };
  }
  const { leg } = dialed;
  // Now: a connection that is over does not tell any more.
  const tls = tlsFacts(leg.peerTls, upstream.host);
  const dialogue = new ImapDialogue(leg, dialed.greeting, signal);
  const greeting = (await dialogue.line()) ?? '';
  const head = readResponseHead(Buffer.from(`${greeting}\r\n`, 'latin1'), 0);
  const status = head.kind === 'status' && head.tag === undefined ? head.status : undefined;
  const facts = { kind: 'greeted', greeting, status, tls } as const;
  if (status !== 'OK' && status !== 'PREAUTH') {
    dialogue.leave();
    return { ...facts, capabilities: [], login: undefined, later: [] };
  }
  const capabilities = await askCapabilities(dialogue, 'C1');
  // The administrator did not rule TLS out: somebody may have stripped STARTTLS to read the password.
  const stripped = tls === undefined && upstream.tls.mode === 'starttls' && !isLoopback(upstream.host);
  const login =
    user === undefined || status !== 'OK'
      ? undefined
      : stripped
        ? ({ kind: 'refused', user: user.name, text: 'not tried, as upstream offers no STARTTLS' } as const)
        : await logIn(dialogue, user, capabilities);
  const later = login?.kind === 'accepted' ? await askCapabilities(dialogue, 'C4') : [];
  dialogue.leave();
  return { ...facts, capabilities, login, later };
}

/** The certificate that was not believed: what to do depends on what is in it. */
async function shownCertificate(config: Config, signal: AbortSignal): Promise<CertificateFacts | undefined> {
  const { tls, ...options } = upstreamOptions(config);
  if (tls.mode === 'none') return undefined;
  const insecure = { ...options, tls: { ...tls, insecure: true } };
  const dialed = await dialForNobody(insecure, config.clientAddress, signal);
  if (dialed.kind === 'failed') return undefined;
  const certificate = dialed.leg.peerTls?.certificate;
  dialed.leg.destroy();
  return certificate && certificateFacts(certificate, config.upstream.host);
}

async function askCapabilities(dialogue: ImapDialogue, tag: string): Promise<string[]> {
  dialogue.send(`${tag} CAPABILITY`);
  const lines = await dialogue.until(tag);
  const list = lines
    .map((line) => /^\* CAPABILITY (.*)$/i.exec(line)?.[1])
    .find((found) => found !== undefined);
  return (list ?? '').toUpperCase().split(/ +/).filter(Boolean);
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** By a mechanism that takes any character, if there is one. */
async function logIn(
  dialogue: ImapDialogue,
  { name, password }: User,
  capabilities: readonly string[],
): Promise<LoginFacts> {
  const secret = password.reveal();
  const plain = capabilities.includes('AUTH=PLAIN');
  if (!plain && capabilities.includes('LOGINDISABLED')) {
    return { kind: 'refused', user: name, text: 'upstream takes no password on this connection' };
  }
  if (!plain && !/^[\x20-\x7e]*$/.test(name + secret)) {
    return { kind: 'refused', user: name, text: 'LOGIN takes only ASCII, and there is no AUTH=PLAIN' };
  }
  dialogue.send(plain ? 'C2 AUTHENTICATE PLAIN' : `C2 LOGIN ${quoted(name)} ${quoted(secret)}`);
  let answer = (await dialogue.until('C2')).at(-1);
  if (plain && answer?.startsWith('+')) {
    dialogue.send(Buffer.from(`\0${name}\0${secret}`).toString('base64'));
    answer = (await dialogue.until('C2')).at(-1);
  }
  const [, status = '', text = ''] = /^C2 (\S+) ?(.*)$/.exec(answer ?? '') ?? [];
  if (status.toUpperCase() === 'OK') {
    return { kind: 'accepted', user: name, method: plain ? 'AUTHENTICATE PLAIN' : 'LOGIN' };
  }
  return { kind: 'refused', user: name, text: text || 'the connection was lost' };
}
