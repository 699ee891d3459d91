/** Where a mail program works. */
export interface Place {
  /** Of an IMAP server on 127.0.0.1 without TLS, with or without the proxy before it. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** An empty directory. */
  readonly directory: string;
}

/** Something that a mail program does with a mailbox of the messages in mailbox.ts. */
export interface Job {
  readonly name: string;
  /** Debian package. */
  readonly package?: string;
  /** Returns what its user gets to see. */
  run(place: Place): Promise<string>;
}
