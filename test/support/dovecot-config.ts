import type { DovecotOptions } from './dovecot.js';
import { runMarker } from './marker.js';
import { isRoot, type Owner } from './owner.js';

/** Somebody with a mailbox. */
export interface Account {
  readonly user: string;
  readonly password: string;
  /** Accepted with XOAUTH2 and OAUTHBEARER. */
  readonly token?: string;
}

/** In the format of passwd(5). Accounts without the secret are left out. */
export function passwordFile(
  accounts: readonly Account[],
  secretOf: (account: Account) => string | undefined,
): string {
  return accounts
    .map((account) => ({ user: account.user, secret: secretOf(account) }))
    .filter(({ secret }) => secret !== undefined)
    .map(({ user, secret }) => `${user}:{PLAIN.b64}${Buffer.from(secret ?? '').toString('base64')}\n`)
    .join('');
}

/** Everything is stated that Debian's own configuration or root would decide otherwise. */
export function dovecotConfiguration(
  directory: string,
  owner: Owner,
  port: number,
  tlsPort: number | undefined,
  options: DovecotOptions,
): string {
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${directory}/run
state_dir = ${directory}/run
log_path = /dev/stderr
import_environment = TZ ${runMarker}

mail_location = maildir:${directory}/mail/%u
mail_uid = ${owner.user}
mail_gid = ${owner.group}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \\Sent
    auto = subscribe
  }
  mailbox Drafts {
    special_use = \\Drafts
    auto = subscribe
  }
}

${options.oauth ? tokenPasswords(directory) : ''}
auth_mechanisms = plain login ${options.oauth ? 'xoauth2 oauthbearer' : ''}
auth_failure_delay = 0
auth_verbose = yes
disable_plaintext_auth = ${options.requireTls ? 'yes' : 'no'}
passdb {
  driver = passwd-file
  args = ${directory}/users
  mechanisms = plain login
}
userdb {
  driver = static
  args = home=${directory}/mail/%u
}

${options.tls ? `ssl = yes\nssl_cert = <${options.tls.certFile}\nssl_key = <${options.tls.keyFile}` : 'ssl = no'}

# Every session comes from one address; the defaults are for one person with a few clients.
mail_max_userip_connections = 2000
default_client_limit = 4000
default_vsz_limit = 0
${isRoot ? '' : `default_internal_user = ${owner.user}\ndefault_internal_group = ${owner.group}`}
${isRoot ? '' : `default_login_user = ${owner.user}`}
service imap-login {
  ${isRoot ? '' : 'chroot ='}
  service_count = 0
  process_min_avail = 1
  process_limit = 1
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort ?? 0}
  }
}
service imap {
  process_limit = 2000
}
service anvil {
  # Nobody has to wait because another client of the same address gave a wrong password.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
  ${isRoot ? '' : 'chroot ='}
}
service auth {
  unix_listener auth-for-smtp {
    mode = 0666
  }
}
protocol imap {
  mail_max_userip_connections = 2000
  ${options.capability === undefined ? '' : `imap_capability = ${options.capability}`}
}
${options.extra ?? ''}
`;
}

function tokenPasswords(directory: string): string {
  return `
passdb {
  driver = passwd-file
  args = ${directory}/tokens
  mechanisms = xoauth2 oauthbearer
}`;
}
