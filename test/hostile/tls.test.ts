import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type Certificate, certificates } from '../support/certs.js';
import { dial } from '../support/imap-peer.js';
import { faulty, type Reaction, type SmtpPeer, startPeer } from '../support/smtp-peer.js';
import { Wire } from '../support/wire.js';
import {
  type Behaviour,
  counted,
  expectEnd,
  type HostileSetting,
  noMoreOpenFiles,
  openFiles,
  startSetting,
} from './setting.js';
import { pour, scripted } from './upstreams.js';

const { ca, server, untrusted, expired, wrongName } = await certificates();

/** What comes instead of the answer to a ClientHello. */
const insteadOfHandshake = (act: string | Behaviour): Behaviour =>
  scripted(
    '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    [/P2 STARTTLS\r\n/, 'P2 OK go\r\n'],
    [/./s, act],
  );

function secured(socket: Socket, { cert, key }: Certificate): TLSSocket {
  const tls = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) });
  // Node would keep a connection that ends in the middle of a handshake.
  const gone = (): void => void socket.destroy();
  return tls.on('error', gone).on('_tlsError', gone).on('end', gone).on('close', gone);
}

/** Offers STARTTLS and goes on with it, as `said` says under TLS. */
const underTls =
  (certificate: Certificate, said: Behaviour): Behaviour =>
  (socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n');
    socket.once('data', () => {
      socket.write('P2 OK go\r\n', () => said(secured(socket, certificate)));
    });
  };

const SILENT: Behaviour = (socket) => void socket.resume();
const CANNOT = /^\* BYE \[UNAVAILABLE\] the mail server cannot be reached /;

const upstreams: readonly [name: string, behaviour: Behaviour, told: RegExp | undefined][] = [
  ['text for a handshake', insteadOfHandshake('* BYE I changed my mind\r\n'), CANNOT],
  ['an alert', insteadOfHandshake('\x15\x03\x03\x00\x02\x02\x28'), CANNOT],
  ['an end', insteadOfHandshake((socket) => void socket.end()), CANNOT],
  ['a reset', insteadOfHandshake((socket) => void socket.resetAndDestroy()), CANNOT],
  ['NULs without end', insteadOfHandshake((socket) => pour(socket, '\0'.repeat(65_536))), CANNOT],
  [
    'a handshake without end',
    insteadOfHandshake((socket) => pour(socket, `\x16\x03\x03\x40\x00${'\x02'.repeat(0x4000)}`)),
    CANNOT,
  ],
  ['a certificate of nobody', underTls(untrusted, SILENT), CANNOT],
  ['a certificate that ended', underTls(expired, SILENT), CANNOT],
  ['the certificate of another', underTls(wrongName, SILENT), CANNOT],
  [
    'a broken record in the middle of a session',
    (socket) =>
      underTls(server, (tls) => {
        tls.once('data', () => {
          tls.write('* CAPABILITY IMAP4rev1\r\nP3 OK\r\n', () => socket.write('* OK in clear\r\n'));
        });
      })(socket),
    undefined,
  ],
];

describe('a session beside it does not notice an upstream that has for TLS', () => {
  let setting: HostileSetting;
  let files: number;
  before(async () => {
    // Dovecot offers none here.
    setting = await startSetting({ 'upstream-starttls': 'try', 'upstream-ca': ca.certFile });
    await setting.bystanderIsServed();
    files = openFiles();
  });
  after(() => setting.stop());

  for (const [name, behaviour, told] of upstreams) {
    test(name, async () => {
      setting.upstream = behaviour;
      const client = await dial(setting.proxy.port);
      await expectEnd(setting, ['upstream', /^error /], async () => {
        if (told !== undefined) await client.expectLine(told);
        else await client.expectLine(/^\* OK \[CAPABILITY IMAP4rev1 SEND\] IMAP ready/);
        await client.expectEnd();
        client.end();
      });
      await setting.bystanderIsServed();
      await noMoreOpenFiles(files);
    });
  }
});

const GO = '220 2.0.0 Go\r\n';
const submissions: readonly [name: string, trusting: boolean, starttls: Reaction][] = [
  ['no TLS, after all', true, '454 4.7.0 Later\r\n'],
  ['no reply', true, 'close'],
  ['an end', true, { send: GO, next: 'close' }],
  ['a reset', true, { send: GO, next: 'reset' }],
  ['a certificate of nobody', false, { send: GO, next: 'tls' }],
];

describe('a session beside it does not notice a submission server that has for TLS', () => {
  let peer: SmtpPeer;
  let settings: readonly [trusting: HostileSetting, other: HostileSetting];
  let reaction: Reaction | undefined;
  before(async () => {
    peer = await startPeer(
      faulty(['STARTTLS'], ({ line }) => {
        if (line === '.') return { send: '250 2.0.0 Taken\r\n', next: 'close' };
        return line === 'STARTTLS' ? (reaction ?? { send: GO, next: 'tls' }) : undefined;
      }),
      { tls: server },
    );
    const flags = { 'submission-starttls': 'require' };
    settings = await Promise.all([
      startSetting({ ...flags, 'submission-ca': ca.certFile }, peer.port),
      startSetting(flags, peer.port),
    ]);
  });
  after(async () => {
    await Promise.all(settings.map((setting) => setting.stop()));
    await peer.close();
  });

  for (const [name, trusting, fault] of submissions) {
    test(`${name}: NO, logged and counted`, async () => {
      const setting = settings[trusting ? 0 : 1];
      const { proxy } = setting;
      const unavailable = () =>
        counted(proxy, 'messages_total{outcome="unavailable",command="MAIL FROM",code="421"}');
      const [before, accepted] = [await unavailable(), peer.accepted.length];
      const client = await Wire.connect(proxy.port);
      await client.line();
      await client.command('a', 'LOGIN ben@example.org ben');
      await client.command('b', 'SELECT INBOX');
      reaction = fault;
      const answer = await client.command('c', 'SEND 1');
      assert.match(answer, /^\* 1 SEND \(\d+ NO \("MAIL FROM" "[^"]*" "421 4\.(7\.5|4\.1) /m);
      assert.match(answer, /^c NO \[UNAVAILABLE\] /m);
      assert.equal(await unavailable(), before + 1);
      const [logged] = proxy.logged.filter(({ event }) => event === 'send').slice(-1);
      assert.ok(logged && 'outcome' in logged.fields && logged.fields.outcome === 'unavailable');
      assert.equal(peer.accepted.length, accepted);
      reaction = undefined;
      if (trusting) assert.match(await client.command('d', 'SEND 1'), /^d OK /m);
      await client.command('e', 'NOOP');
      await setting.bystanderIsServed();
      client.close();
      assert.equal(await counted(proxy, 'internal_errors_total'), 0);
    });
  }
});
