const COMMANDS = new Set([
  ...[
    'CAPABILITY',
    'NOOP',
    'LOGOUT',
    'STARTTLS',
    'AUTHENTICATE',
    'LOGIN',
    'ENABLE',
    'SELECT',
    'EXAMINE',
    'ID',
  ],
  ...[
    'CREATE',
    'DELETE',
    'RENAME',
    'SUBSCRIBE',
    'UNSUBSCRIBE',
    'LIST',
    'LSUB',
    'XLIST',
    'NAMESPACE',
    'STATUS',
  ],
  ...[
    'APPEND',
    'REPLACE',
    'IDLE',
    'CHECK',
    'CLOSE',
    'UNSELECT',
    'EXPUNGE',
    'SEARCH',
    'SORT',
    'THREAD',
    'FETCH',
  ],
  ...['STORE', 'COPY', 'MOVE', 'SEND', 'UID EXPUNGE', 'UID SEARCH', 'UID SORT', 'UID THREAD', 'UID FETCH'],
  ...['UID STORE', 'UID COPY', 'UID MOVE', 'UID SEND', 'UID REPLACE', 'ESEARCH', 'NOTIFY', 'COMPRESS'],
  ...[
    'UNAUTHENTICATE',
    'GETQUOTA',
    'GETQUOTAROOT',
    'SETQUOTA',
    'GETACL',
    'SETACL',
    'DELETEACL',
    'LISTRIGHTS',
  ],
  ...['MYRIGHTS', 'GETMETADATA', 'SETMETADATA', 'GENURLAUTH', 'RESETKEY', 'URLFETCH'],
]);

const METHODS = new Set([
  ...[
    'LOGIN',
    'AUTHENTICATE PLAIN',
    'AUTHENTICATE LOGIN',
    'AUTHENTICATE XOAUTH2',
    'AUTHENTICATE OAUTHBEARER',
  ],
  ...['AUTHENTICATE CRAM-MD5', 'AUTHENTICATE SCRAM-SHA-1', 'AUTHENTICATE SCRAM-SHA-256'],
  ...['AUTHENTICATE SCRAM-SHA-512', 'AUTHENTICATE EXTERNAL', 'AUTHENTICATE ANONYMOUS'],
]);

/** RFC 5321 §4.2.3, and those of AUTH (RFC 4954) and RFC 7504. */
const CODES = new Set([
  ...['250', '251', '252', '421', '450', '451', '452', '454', '455', '500', '501', '502', '503', '504'],
  ...['521', '523', '530', '534', '535', '538', '541', '550', '551', '552', '553', '554', '555', '556'],
]);

/*
 * From what peers say to one of so many words: each value of a label is a series that is kept for ever, and a peer could
 * make up as many as it likes.
 */

export const commandLabel = (name: string): string => (COMMANDS.has(name) ? name : 'other');

export const methodLabel = (method: string): string =>
  METHODS.has(method) ? method : method.replace(/^(AUTHENTICATE )?.*/s, '$1other');

/** The code of an SMTP reply, of an unusual one only the class (`5xx`); empty when there is no reply. */
export function codeLabel(reply: string): string {
  const code = /^[245]\d\d(?= |$)/.exec(reply)?.[0];
  if (code === undefined) return '';
  return CODES.has(code) ? code : `${code[0]}xx`;
}

/** Errors are told in the words of systems and peers. */
export const causeLabel = (cause: string): string => cause.replace(/^(error|desync) .*/s, '$1');
