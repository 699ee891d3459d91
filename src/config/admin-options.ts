import { ADMIN } from './endpoint.js';
import type { Option } from './option.js';
import * as type from './value-types.js';

/** The listener for who runs the proxy. Kept from the other options because it is apart from all that clients reach. */
export const ADMIN_OPTIONS = {
  admin: {
    group: 'Admin listener',
    describe: 'Where metrics, health and the status page are served: http://host:port, or off',
    type: type.listenerOrOff(ADMIN),
    default: 'off',
  },
  'admin-token-file': {
    group: 'Admin listener',
    describe: 'File whose first line is the token that is asked for there; needed outside loopback',
    type: type.file,
    path: true,
  },
} as const satisfies Readonly<Record<string, Option>>;
