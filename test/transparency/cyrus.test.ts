import { startCyrus } from '../support/cyrus.js';
import { closings } from './fail-closed.js';
import { administrator } from './scripts/administration.js';
import { longForCyrus } from './scripts/long.js';
import { scripts } from './scripts.js';
import { transparency } from './suite.js';

/** What Debian's cyrus-imapd can do beyond its defaults. */
const extra = `
conversations: yes
annotation_allow_undefined: yes
annotation_enable_legacy_commands: yes
specialusealways: yes
maxmessagesize: 200000
admins: ${administrator.user}
`;

transparency(
  'Cyrus',
  (accounts) => startCyrus({ accounts: [...accounts, administrator], extra }),
  [...scripts, ...longForCyrus],
  closings,
);
