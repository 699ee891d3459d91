import type { Job } from './job.js';
import { run } from './program.js';

const script = `
import imaplib, json, ssl, sys

port, security, authority, user, password = json.load(sys.stdin)

def show(answer):
    print(repr(answer))

message = b'From: anna@example.org\\r\\nSubject: appended {5}\\r\\n\\r\\nbody\\r\\n.\\r\\n'
context = ssl.create_default_context(cafile=authority)
connection = (
    imaplib.IMAP4_SSL('127.0.0.1', port, ssl_context=context) if security == 'tls' else
    imaplib.IMAP4('127.0.0.1', port)
)
with connection as imap:
    if security == 'starttls':
        show(imap.starttls(context))
    imap.authenticate('PLAIN', lambda challenge: b'\\0%s\\0%s' % (user.encode(), password.encode()))
    show(imap.list())
    show(imap.select('INBOX'))
    show(imap.search(None, 'UNSEEN'))
    show(imap.search('UTF-8', 'SUBJECT', '"one {5}"'))
    show(imap.fetch('1:*', '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'))
    show(imap.fetch('1:*', '(BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT]<5.20>)'))
    show(imap.fetch('4', '(RFC822)'))
    show(imap.store('1:2', '+FLAGS', r'(\\Flagged custom)'))
    imap.literal = b'one {5}'
    show(imap.uid('SEARCH', 'CHARSET', 'UTF-8', 'SUBJECT'))
    show(imap.copy('2', 'Drafts'))
    imap.append('Drafts', r'(\\Draft)', '"01-Mar-2024 10:00:00 +0000"', message)
    show(imap.create('"a new folder"'))
    imap.append('"a new folder"', None, None, message * 2000)
    show(imap.status('"a new folder"', '(MESSAGES UNSEEN)'))
    show(imap.thread('REFERENCES', 'UTF-8', 'ALL'))
    show(imap.sort('(REVERSE DATE)', 'UTF-8', 'ALL'))
    show(imap.store('3', '+FLAGS', r'\\Deleted'))
    show(imap.expunge())
    show(imap.noop())
    show(imap.select('"no such {5}"'))
    show(imap.logout())
`;

export const imaplib: Job = {
  name: "Python's imaplib",
  packages: ['python3'],
  securities: ['plain', 'starttls', 'tls'],
  run: (place) => {
    const { port, security, caFile, user, password } = place;
    // Not one of the user's own.
    return run(
      place,
      '/usr/bin/python3',
      ['-c', script],
      JSON.stringify([port, security, caFile, user, password]),
    );
  },
};
