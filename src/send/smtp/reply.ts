/** One reply of an SMTP server (RFC 5321 §4.2). */
export interface SmtpReply {
  /** 200 to 599. */
  readonly code: number;
  /** Code, enhanced code once, texts of all lines joined by one space; at most `REPLY_LIMIT` characters. */
  readonly line: string;
}

/**
 * Characters of `SmtpReply.line`. RFC 5321 §4.5.3.1.5 allows 512 octets for each line of a reply, and verbose
 * servers write a few lines; a peer must not be able to make us carry more.
 */
export const REPLY_LIMIT = 1024;

/** RFC 2034 §4, RFC 3463 §2: an enhanced code has the class of the reply it stands in. */
const ENHANCED_CODE = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/;

/**
 * Reads a complete reply, its lines joined by LF. Undefined for what is none: a text without a code, a code outside
 * 200-599, or lines that disagree about the code (RFC 5321 §4.2.1 forbids it, and which one holds would be a guess).
 *
 * The words stay as they are, 8-bit characters included; only the blanks around each line's text go.
 */
export function parseReply(raw: string): SmtpReply | undefined {
  const lines = raw.split('\n').map((line) => /^([2-5]\d\d)(?:[ -](.*))?$/s.exec(line));
  const code = lines[0]?.[1];
  if (code === undefined || lines.some((line) => line?.[1] !== code)) return undefined;
  const texts = lines.map((line) => (line?.[2] ?? '').trim());
  const enhanced = enhancedCode(texts[0]!, code);
  const words = enhanced === undefined ? texts : [enhanced, ...texts.map((text) => without(enhanced, text))];
  const joined = [code, ...words].filter((word) => word !== '').join(' ');
  return { code: Number(code), line: joined.slice(0, REPLY_LIMIT) };
}

/** 2yz: the command is carried out. */
export const isPositive = ({ code }: SmtpReply): boolean => code < 300;

/** 4yz or 5yz: the command is not carried out. */
export const isNegative = ({ code }: SmtpReply): boolean => code >= 400;

/** RFC 5321 §3.8: whatever was asked, the server is closing the connection. */
export const isClosing = ({ code }: SmtpReply): boolean => code === 421;

function enhancedCode(text: string, code: string): string | undefined {
  const [found, classDigit] = ENHANCED_CODE.exec(text) ?? [];
  return classDigit === code[0] ? found : undefined;
}

function without(enhanced: string, text: string): string {
  return text === enhanced || text.startsWith(`${enhanced} `)
    ? text.slice(enhanced.length).trimStart()
    : text;
}
