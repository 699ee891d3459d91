export const octet = { tab: 0x09, lineFeed: 0x0a, carriageReturn: 0x0d, space: 0x20, colon: 0x3a } as const;

/** WSP (RFC 5234 appendix B.1). */
export function isFoldingSpace(value: number | undefined): boolean {
  return value === octet.space || value === octet.tab;
}

/** ftext (RFC 5322 §3.6.8): printable US-ASCII but the colon. RFC 6532 leaves field names as they are. */
export function isFieldNameOctet(value: number | undefined): boolean {
  return value !== undefined && value > octet.space && value < 0x7f && value !== octet.colon;
}
