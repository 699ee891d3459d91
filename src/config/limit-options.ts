import type { Option } from './option.js';
import * as type from './value-types.js';

/** What one SEND, or one login, may have at most. Kept from the other options as they may all change at SIGHUP. */
export const LIMITS = {
  'max-message-size': {
    group: 'Limits',
    describe: 'Largest message that is sent, as stored',
    type: type.size,
    default: '100MiB',
  },
  'max-recipients': {
    group: 'Limits',
    describe: 'Recipients of one message',
    type: type.count,
    default: '500',
  },
  'max-messages-per-send': {
    group: 'Limits',
    describe: 'Messages of one SEND',
    type: type.count,
    default: '100',
  },
  'rate-messages': {
    group: 'Limits',
    describe: 'Messages per login, such as 200/1h, or off',
    type: type.rate,
    default: 'off',
  },
  'rate-recipients': {
    group: 'Limits',
    describe: 'Recipients per login, such as 1000/1d, or off',
    type: type.rate,
    default: 'off',
  },
} as const satisfies Readonly<Record<string, Option>>;
