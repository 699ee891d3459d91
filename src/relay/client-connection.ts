import type net from 'node:net';
import { formatIp, parseEnd, plainAddress } from '../ip-address.js';
import type { ProxiedConnection, ProxiedTls, SocketAddress } from '../proxy-protocol/header.js';

/** Whose connection it is: of the peer itself, or of a client of a proxy in front of us that is trusted to say so. */
export interface ClientConnection {
  /** The client's, for logs and limits. */
  readonly address: string;
  readonly port: number;
  /** Where it connected. */
  readonly to: { readonly address: string; readonly port: number };
  /** Address of the proxy in front, when its PROXY header named the client. */
  readonly via?: string;
  /** The client's TLS connection, when it ended at the proxy in front. */
  readonly tls?: ProxiedTls;
}

/** The connection that `socket` is. */
export function ownConnection(socket: net.Socket): ClientConnection {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  return {
    address: plainAddress(remoteAddress),
    port: remotePort,
    to: { address: localAddress, port: localPort },
  };
}

/** The connection that a proxy carries on over `socket`. */
export function proxiedConnection(socket: net.Socket, proxied: ProxiedConnection): ClientConnection {
  const { source, destination, tls } = proxied;
  const via = plainAddress(socket.remoteAddress ?? '');
  const to = { address: formatIp(destination.ip), port: destination.port };
  return { address: formatIp(source.ip), port: source.port, to, via, ...(tls && { tls }) };
}

/** From the client to where it connected; undefined when that is not known any more. */
export function endsOf({
  address,
  port,
  to,
}: ClientConnection): Pick<ProxiedConnection, 'source' | 'destination'> | undefined {
  const source = socketAddress(address, port);
  const destination = socketAddress(to.address, to.port);
  return source && destination && { source, destination };
}

function socketAddress(address: string, port: number): SocketAddress | undefined {
  const ip = parseEnd(address);
  return ip && { ip, port };
}
