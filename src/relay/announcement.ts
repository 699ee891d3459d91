import { formatIp } from '../ip-address.js';
import type { ProxiedTls } from '../proxy-protocol/header.js';
import { buildV1 } from '../proxy-protocol/v1.js';
import { buildV2 } from '../proxy-protocol/v2.js';
import { type ClientConnection, endsOf } from './client-connection.js';
import type { UpstreamOptions } from './upstream.js';

/** How upstream is told whose connection it gets. */
export interface Announcement {
  /** A PROXY header before all else. */
  readonly proxyProtocol: 'none' | 'v1' | 'v2';
  /** An ID command before any of the client. */
  readonly id: boolean;
}

/** What upstream is told of a client. `tls` is the client's connection with us, if it has TLS. */
export function announce(
  { proxyProtocol, id }: Announcement,
  client: ClientConnection,
  tls: ProxiedTls | undefined,
  session: string,
): Pick<UpstreamOptions, 'preface' | 'id'> {
  if (proxyProtocol === 'none' && !id) return {};
  const ends = endsOf(client);
  const told = tls ?? client.tls;
  const preface =
    proxyProtocol === 'none'
      ? undefined
      : proxyProtocol === 'v1'
        ? buildV1(ends)
        : buildV2(ends && { ...ends, ...(told && { tls: told }) });
  return {
    ...(preface && { preface }),
    ...(id && { id: idParameters(ends, session) }),
  };
}

/** What Dovecot believes, if we are in its `login_trusted_networks`. The session is to be found in both logs then. */
function idParameters(ends: ReturnType<typeof endsOf>, session: string): string {
  const fields: [string, string | number][] = [['x-session-id', session]];
  if (ends !== undefined) {
    const { source, destination } = ends;
    fields.push(['x-originating-ip', formatIp(source.ip)], ['x-originating-port', source.port]);
    fields.push(['x-connected-ip', formatIp(destination.ip)], ['x-connected-port', destination.port]);
  }
  return `(${fields.map(([key, value]) => `"${key}" "${value}"`).join(' ')})`;
}
