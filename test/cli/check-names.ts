/** What `check` looks at, in the order of its lines, without that of a test message. */
export const CHECKS: readonly string[] = [
  'upstream',
  'upstream-tls',
  'upstream-capabilities',
  'upstream-auth',
  'upstream-login',
  'submission',
  'submission-tls',
  'submission-extensions',
  'submission-auth',
  'submission-login',
  'redis',
  'redis-settings',
  'spool',
  'certificate',
  'clock',
  'descriptors',
];
