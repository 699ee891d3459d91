/** How a mail program connects: without TLS, with STARTTLS, or to a port that speaks TLS at once. */
export type Security = 'plain' | 'starttls' | 'tls';

/** Where a mail program works. */
export interface Place {
  /** Of an IMAP server on 127.0.0.1, with or without the proxy before it. */
  readonly port: number;
  readonly security: Security;
  /** The only authority of servers' certificates, as a PEM file. */
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
  /** An empty directory: the home of its user. */
  readonly directory: string;
}

/** Something that a mail program does with a mailbox of the messages in mailbox.ts. */
export interface Job {
  readonly name: string;
  /** Debian packages. */
  readonly packages?: readonly string[];
  /** Default: `plain` alone. */
  readonly securities?: readonly Security[];
  /** Returns what its user gets to see. */
  run(place: Place): Promise<string>;
}

/** A mail program that connects in one way. With each server, it is a cell of the matrix. */
export interface Case {
  readonly job: Job;
  readonly security: Security;
}
