import { startDovecot } from '../support/dovecot.js';
import { closings, dovecotClosings } from './fail-closed.js';
import { administrator } from './scripts/administration.js';
import { longForDovecot } from './scripts/long.js';
import { scripts } from './scripts.js';
import { transparency } from './suite.js';

/** What Debian's dovecot-imapd can do beyond its defaults; COMPRESS is there to be hidden. */
const extra = `
mail_plugins = acl quota
protocol imap {
  mail_plugins = acl quota imap_acl imap_quota zlib imap_zlib
  # URLAUTH, for whatever host the URL names.
  imap_urlauth_host = *
}
imap_metadata = yes
mail_attribute_dict = file:%h/attributes
plugin {
  acl = vfile
  quota = maildir:User quota
  quota_rule = *:storage=100M
  quota_max_mail_size = 200k
}
`;

transparency(
  'Dovecot',
  (accounts) => startDovecot({ accounts: [...accounts, administrator], extra }),
  [...scripts, ...longForDovecot],
  [...closings, ...dovecotClosings],
);
