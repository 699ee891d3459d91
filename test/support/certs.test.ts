import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { type Certificates, certificates } from './certs.js';

const table: readonly [name: keyof Certificates, problem: string | undefined][] = [
  ['server', undefined],
  ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['expired', 'CERT_HAS_EXPIRED'],
  ['wrongName', 'ERR_TLS_CERT_ALTNAME_INVALID'],
];

for (const [name, problem] of table) {
  for (const servername of ['localhost', '127.0.0.1']) {
    test(`the certificate ${name} for ${servername}: ${problem ?? 'accepted'}`, async (t) => {
      const { ca, [name]: certificate } = await certificates();
      const server = createServer({ cert: certificate.cert, key: certificate.key }).listen(0, '127.0.0.1');
      t.after(() => void server.close());
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      // A name that is an address is checked as `host`: there is no SNI for addresses.
      const target = servername === '127.0.0.1' ? { host: servername } : { host: '127.0.0.1', servername };
      const socket = connect({ port, ca: ca.cert, ...target });
      const outcome = await once(socket, 'secureConnect').then(
        () => undefined,
        (error: NodeJS.ErrnoException) => error.code,
      );
      socket.destroy();
      assert.equal(outcome, problem);
    });
  }
}
