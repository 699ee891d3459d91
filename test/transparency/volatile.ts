/** What two equal sessions on two equal servers may differ in. Everything else is compared as it is. */
const RULES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['how long a command took, in Dovecot', / \(\d+\.\d{3} \+ \d+\.\d{3}(?: \+ \d+\.\d{3})? secs\)/g],
  ['how long a command took, in Cyrus', /(?<= \((?:\d+ msgs in )?)\d+\.\d{3}(?= secs?\b)/g],
  ['when an error was logged, in Dovecot', /(?<=Refer to server log for more information\. )\[[^\]]*\]/g],
  ['when a mailbox was made', /(?<=\bUIDVALIDITY )\d+|(?<=\[(?:APPENDUID|COPYUID) )\d+/g],
  ['the name of a session, in Cyrus', /(?<=\bSESSIONID=)<[^>]*>/g],
  [
    'the identity of a mailbox or message (RFC 8474)',
    /(?<=\b(?:MAILBOXID|MAILBOXIDS|EMAILID|THREADID) )\([^)]*\)/g,
  ],
  ['when a message was saved (RFC 8514)', /(?<=\bSAVEDATE )"[^"]*"/g],
  ['the token of a URL, made with a key of the mailbox (RFC 4467)', /(?<=:internal:)[0-9a-f]{42}\b/g],
];

export function withoutVolatile(octets: Buffer): string {
  return RULES.reduce(
    (text, [what, pattern]) => text.replace(pattern, `<${what}>`),
    octets.toString('latin1'),
  );
}
