import type { Contender, ContenderName } from './contender.js';
import { dovecotProxy } from './dovecot.js';
import { haproxySplice, haproxyTcp } from './haproxy.js';
import { nginx, nginx64k } from './nginx.js';
import { nodeOnread, nodePipe, ours } from './node.js';

/** All but `direct`, which is nothing in between. */
export const CONTENDERS: { readonly [Name in Exclude<ContenderName, 'direct'>]: Contender } = {
  'imap-send-proxy': ours,
  'HAProxy TCP': haproxyTcp,
  'HAProxy splice': haproxySplice,
  'nginx mail': nginx,
  'nginx mail 64k': nginx64k,
  'Dovecot proxy': dovecotProxy,
  'Node pipe': nodePipe,
  'Node onread': nodeOnread,
};

/** Debian packages. */
export const PACKAGES = [
  'dovecot-imapd',
  'haproxy',
  'libnginx-mod-mail',
  'nginx-light',
  'openssl',
  'util-linux',
];
