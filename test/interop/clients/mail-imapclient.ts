import type { Job } from './job.js';
import { run } from './program.js';

const script = String.raw`
use strict;
use warnings;
use Mail::IMAPClient;

my ($port, $security, $authority, $user, $password) = split /\n/, do { local $/; <STDIN> };
my $tls = [SSL_ca_file => $authority, SSL_verify_mode => 1];
my $imap = Mail::IMAPClient->new(
  Server => '127.0.0.1',
  Port => $port,
  User => $user,
  Password => $password,
  Uid => 1,
  Peek => 1,
  $security eq 'starttls' ? (Starttls => $tls) : (),
  $security eq 'tls' ? (Ssl => $tls) : (),
) or die "connect: $@";

sub show { print join("\n", @_), "\n---\n" }
sub must {
  my ($what, $result) = @_;
  die "$what: " . $imap->LastError unless defined $result;
  show($what, ref $result ? 'done' : $result);
}

show('folders', sort $imap->folders);
must('select', $imap->select('INBOX'));
show('unseen', $imap->unseen);
show('search', $imap->search('SUBJECT', \$imap->Quote('one {5}')));
for my $uid ($imap->messages) {
  show('flags', sort grep { $_ ne '\\Recent' } $imap->flags($uid));
  show('subject', $imap->subject($uid) // 'none', $imap->size($uid), $imap->internaldate($uid));
  show('message', $imap->message_string($uid));
}
show('structure', $imap->get_bodystructure(2)->parts);
must('flag', $imap->set_flag('Flagged', 1, 2));
must('create', $imap->create('New folder'));
must('copy', $imap->copy('New folder', 1, 4));
my $message = "Subject: new {5}\r\n\r\nbody\r\n.\r\n";
must('append', $imap->append_string('Drafts', $message, '\Draft', '01-Mar-2024 10:00:00 +0000'));
must('move', $imap->move('Sent', 3));
must('expunge', $imap->expunge);
must('count', $imap->message_count);
my $idle = $imap->idle or die 'idle: ' . $imap->LastError;
must('idle', $imap->done($idle));
must('logout', $imap->logout);
`;

export const mailImapclient: Job = {
  name: "Perl's Mail::IMAPClient",
  packages: ['libio-socket-ssl-perl', 'libmail-imapclient-perl'],
  securities: ['plain', 'starttls', 'tls'],
  run: (place) => {
    const { port, security, caFile, user, password } = place;
    return run(place, 'perl', ['-e', script], [port, security, caFile, user, password].join('\n'));
  },
};
