/** A SEND or UIDSEND response as it stands in a stream, and what its strings say. Octets, one in each character. */
export interface SendResponse {
  readonly text: string;
  /** Of a refusal: command, parameter, reply. */
  readonly values: readonly string[];
}

const RULES = ['send-command-value', 'send-parameter-value', 'send-reply-value'] as const;

/** The rule that each value of a refusal has to match. */
export const valueRules = ({ values }: SendResponse): (readonly [rule: string, value: string])[] =>
  values.map((value, at) => [RULES[at] ?? 'a fourth string', value] as const);

/** All of them in what a server sent. */
export function sendResponses(stream: string): SendResponse[] {
  const found: SendResponse[] = [];
  const begin = /^\* \d+ (?:UID)?SEND \(/gim;
  for (let match = begin.exec(stream); match !== null; match = begin.exec(stream)) {
    const strings = stringsOf(stream, begin.lastIndex);
    const end = stream.indexOf('\r\n', strings.end) + 2;
    found.push({ text: stream.slice(match.index, end), values: strings.values });
    begin.lastIndex = end;
  }
  return found;
}

/** The strings from `at` to the end of the response, and where the last of them ends. */
function stringsOf(stream: string, at: number): { values: string[]; end: number } {
  const values: string[] = [];
  const token = /"((?:[^"\\\r\n]|\\.)*)"|\{(\d+)\}\r\n|\r\n/g;
  token.lastIndex = at;
  let end = at;
  for (let match = token.exec(stream); match !== null && match[0] !== '\r\n'; match = token.exec(stream)) {
    const [, quoted, size] = match;
    if (quoted === undefined) {
      values.push(stream.slice(token.lastIndex, token.lastIndex + Number(size)));
      token.lastIndex += Number(size);
    } else values.push(quoted.replace(/\\(.)/g, '$1'));
    end = token.lastIndex;
  }
  return { values, end };
}
