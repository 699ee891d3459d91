/**
 * What the proxy keeps of a stream to look at it, in octets unless said otherwise. Everything else streams through,
 * so these caps are what bounds the memory of a session.
 */

/** Tag and command name of a client line. Longer ones are passed on unread: no server answers them with success. */
export const MAX_COMMAND_HEAD = 1024;

/** The tag of a server line: one we track is shorter. Status and `[CAPABILITY` come behind it. */
export const MAX_RESPONSE_TAG = MAX_COMMAND_HEAD;

/** A capability list, which is looked at as a whole. The longest in use are below 2 KiB. */
export const MAX_CAPABILITY_LINE = 16 * 1024;

/** The line of a command that the proxy answers itself: Dovecot's own limit after login. */
export const MAX_LOCAL_COMMAND = 64 * 1024;

/** A line of a FETCH response that may answer our own command: no body is in it, only short data items. */
export const MAX_FETCH_LINE = 64 * 1024;

/** What is kept of LOGIN arguments or of one SASL exchange. Tokens (RFC 7628) are a few KiB. */
export const MAX_CREDENTIALS = 32 * 1024;

/** Commands sent upstream and not yet answered. Dovecot itself stops reading after 4. */
export const MAX_IN_FLIGHT = 256;
