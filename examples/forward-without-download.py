#!/usr/bin/env python3
"""Replies to a message in INBOX with its second part attached, and downloads or uploads nothing of that part.

    forward-without-download.py HOST PORT USER UID TO TEXT

The password is read from standard input. The server has to offer CATENATE (RFC 4469), LITERAL+ (RFC 7888) and SEND.
The connection is TLS, or in clear to 127.0.0.1.
"""

import imaplib
import re
import secrets
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

imaplib.Commands['SEND'] = ('SELECTED',)


def main(host, port, user, uid, to, text):
    connect = imaplib.IMAP4 if host == '127.0.0.1' else imaplib.IMAP4_SSL
    with connect(host, int(port)) as imap:
        imap.login(user, sys.stdin.readline().rstrip('\n'))
        missing = {'CATENATE', 'LITERAL+', 'SEND'} - set(capabilities(imap))
        if missing:
            sys.exit(f'the server lacks {", ".join(sorted(missing))}')

        imap.select('INBOX', readonly=True)
        part = f'/INBOX;UIDVALIDITY={int(imap.response("UIDVALIDITY")[1][0])}/;UID={uid}/;SECTION=2'
        boundary = secrets.token_hex(16)
        head = header_of_reply(imap, user, uid, to, boundary)
        stored = append_catenate(imap, 'Sent', [
            f'{head}\r\n\r\n{opening(boundary, text)}'.encode(),
            f'{part}.MIME',  # what the part says about itself, with the empty line
            part,
            f'\r\n--{boundary}--\r\n'.encode(),
        ])

        imap.select('Sent')
        status, answers = imap.uid('SEND', stored)
        # imaplib gives [None] for none: then the answer is to the whole command.
        for line in [line for line in imap.response('SEND')[1] if line] or answers:
            print(line.decode('utf-8', 'replace'))
        return 0 if status == 'OK' else 1


def capabilities(imap):
    # After the login there are others than before.
    return imap.capability()[1][0].decode().split()


def header_of_reply(imap, user, uid, to, boundary):
    _, found = imap.uid('FETCH', uid, '(BODY.PEEK[HEADER.FIELDS (SUBJECT MESSAGE-ID)])')
    fields = dict(re.findall(r'^(subject|message-id):\s*(.*?)\r?$', found[0][1].decode('ascii', 'replace'), re.I | re.M))
    original = {name.lower(): value for name, value in fields.items()}
    head = EmailMessage()
    head['From'] = user
    head['To'] = to
    head['Subject'] = f'Re: {original.get("subject", "")}'
    head['Date'] = formatdate(localtime=True)
    head['Message-ID'] = make_msgid(domain=user.partition('@')[2] or 'localhost')
    if 'message-id' in original:
        head['In-Reply-To'] = head['References'] = original['message-id']
    head['MIME-Version'] = '1.0'
    head['Content-Type'] = f'multipart/mixed; boundary="{boundary}"'
    # A multipart message without parts gets a body all the same.
    return head.as_bytes().decode().partition('\n\n')[0].replace('\n', '\r\n')


def opening(boundary, text):
    """All that comes before the part that is forwarded."""
    kind = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit'
    return f'--{boundary}\r\n{kind}\r\n\r\n{text}\r\n--{boundary}\r\n'


def append_catenate(imap, mailbox, parts):
    """Octets are text of ours, strings are URLs of what the server has. Returns the UID of the new message."""
    command = f'forward APPEND {mailbox} (\\Seen) CATENATE ('.encode()
    for number, part in enumerate(parts):
        command += b' ' if number else b''
        command += b'TEXT {%d+}\r\n%s' % (len(part), part) if isinstance(part, bytes) else f'URL "{part}"'.encode()
    imap.send(command + b')\r\n')
    while not (line := imap.readline()).startswith(b'forward '):
        if not line:
            sys.exit('the connection was lost')
    appended = re.match(rb'forward OK \[APPENDUID \d+ (\d+)\]', line)
    if not appended:
        sys.exit(line.decode('utf-8', 'replace').strip())
    return appended[1].decode()


if __name__ == '__main__':
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
