import { runMarker } from './marker.js';
import type { Owner } from './owner.js';
import type { PostfixOptions } from './postfix.js';

/** Below the queue directory; Postfix does not start with other owners or rights. */
export const queueDirectories = {
  postfix: 'active bounce corrupt defer deferred flush hold incoming private saved trace'.split(' '),
  /** Where everybody may put mail, by set-group-ID programs. */
  postdrop: ['maildrop', 'public'],
  root: ['pid'],
} as const;

/** postconf(5) */
export function mainConfiguration(directory: string, owner: Owner, options: PostfixOptions): string {
  return `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = /dev/stdout
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME ${runMarker}
myhostname = postfix.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = ${options.auth === 'none' ? '127.0.0.0/8' : ''}

# All addresses of the world are local, and end in one Maildir.
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:mail/
virtual_mailbox_base = ${directory}
virtual_uid_maps = static:${owner.uid}
virtual_gid_maps = static:${owner.gid}
virtual_destination_recipient_limit = 1

# What was submitted is to be seen as it was. Left alone, Postfix would hide a Bcc that slipped through.
message_drop_headers =
local_header_rewrite_clients =
message_size_limit = 209715200
virtual_mailbox_limit = 0

# All clients share one address, and tests make mistakes on purpose.
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
in_flow_delay = 0

smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_sender_restrictions = ${options.senderMustBeLogin ? 'reject_sender_login_mismatch' : ''}
smtpd_sender_login_maps = regexp:{{/^(.*)$$/ $$1}}
smtpd_recipient_restrictions = check_recipient_access texthash:${directory}/conf/refused
${authentication(directory, options)}
${transportSecurity(options)}
${options.extra ?? ''}
`;
}

function authentication(directory: string, { auth }: PostfixOptions): string {
  if (auth === 'none') return '';
  if (auth !== undefined && 'authSocket' in auth) {
    return `smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = ${auth.authSocket}`;
  }
  return `smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = cyrus\ncyrus_sasl_config_path = ${directory}/conf/sasl`;
}

function transportSecurity({ tls, requireTls }: PostfixOptions): string {
  if (tls === undefined) return '';
  const files = `smtpd_tls_cert_file = ${tls.certFile}\nsmtpd_tls_key_file = ${tls.keyFile}`;
  return `${files}\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = ${requireTls ? 'yes' : 'no'}`;
}

/** For the application `smtpd` of Cyrus SASL. */
export function saslConfiguration(directory: string): string {
  return `
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: ${directory}/conf/sasldb
mech_list: PLAIN LOGIN
`;
}

/** master(5) */
export function masterConfiguration(port: number, tlsPort?: number): string {
  return `
127.0.0.1:${port} inet n - n - - smtpd
${tlsPort === undefined ? '' : `127.0.0.1:${tlsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`}
anvil unix - - n - 1 anvil
bounce unix - - n - 0 bounce
cleanup unix n - n - 0 cleanup
defer unix - - n - 0 bounce
error unix - - n - - error
flush unix n - n 1000? 0 flush
postlog unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
qmgr unix n - n 300 1 qmgr
retry unix - - n - - error
rewrite unix - - n - - trivial-rewrite
showq unix n - n - - showq
tlsmgr unix - - n 1000? 1 tlsmgr
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
virtual unix - n n - - virtual
`;
}
