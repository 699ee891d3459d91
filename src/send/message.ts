/** Reverse-path and forward-paths of one message (RFC 5321 §3.3), as the header names them, in Unicode. */
export interface Envelope {
  /** The address alone, without angle brackets. */
  readonly from: string;
  readonly to: readonly string[];
}

/** One message as it will be transmitted: Bcc removed, CRLF line ends, no dot-stuffing yet. */
export interface Message {
  readonly envelope: Envelope;
  /** Octets that will be transmitted, for SIZE (RFC 1870). */
  readonly size: number;
  /** An octet above 127 is in it: BODY=8BITMIME (RFC 6152) is declared where offered. */
  readonly eightBit: boolean;
  /** The header has octets above 127, all of them UTF-8 (RFC 6532): SMTPUTF8 (RFC 6531) is declared where offered. */
  readonly utf8Header: boolean;
  /**
   * The whole content, from the start, each time it is called. A chunk is valid only until the next one is asked for:
   * the network has to have taken it by then.
   */
  open(): AsyncIterable<Buffer>;
}
