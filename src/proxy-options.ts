/**
 * What a proxy in a program runs with: the keys of a config file, with the same meaning (docs/configuration.md). Made from the
 * option table by `npm run generate`.
 */
export interface ProxyOptions {
  /** Where clients connect: imap://host:port or imaps://host:port, or +systemd://name for a socket of systemd; repeatable. Default: `imap://127.0.0.1:1143`. */
  readonly listen?: string | readonly string[] | undefined;
  /** Certificate chain (PEM file) for imaps:// and for STARTTLS on imap://; repeatable: the client is shown the one for the name it asks for, else the first. */
  readonly 'tls-cert'?: string | readonly string[] | undefined;
  /** Private key of each certificate, in the same order (PEM file). Default: in the file of the certificate. */
  readonly 'tls-key'?: string | readonly string[] | undefined;
  /** Ask clients for a certificate signed by one of these authorities (PEM file). */
  readonly 'tls-client-ca'?: string | undefined;
  /** Whether a client may do without a certificate: optional or require. Default: require with --tls-client-ca. */
  readonly 'tls-client-auth'?: 'optional' | 'require' | undefined;
  /** Take logins without TLS outside loopback, and before STARTTLS. Default: `false`. */
  readonly 'allow-plaintext'?: boolean | undefined;
  /** Sessions at a time, or unlimited. Default: `10000`. */
  readonly 'max-sessions'?: number | 'unlimited' | undefined;
  /** Sessions at a time from one client address, or unlimited. Default: `unlimited`. */
  readonly 'max-sessions-per-ip'?: number | 'unlimited' | undefined;
  /** Sessions at a time on which nobody is logged in, or unlimited. Default: 1000, or max-sessions if that is less. */
  readonly 'max-unauthenticated'?: number | 'unlimited' | undefined;
  /** Addresses and networks of proxies in front, which send a PROXY header (v1 or v2), or none. Default: `none`. */
  readonly 'accept-proxy-protocol'?: string | readonly string[] | undefined;
  /** The server we stand in front of: imap://host:port or imaps://host:port. Default: `imap://127.0.0.1:143`. */
  readonly upstream?: string | undefined;
  /** Use STARTTLS with imap://: never, try (if offered) or require. Default: never to a loopback address, else require. */
  readonly 'upstream-starttls'?: 'never' | 'try' | 'require' | undefined;
  /** Trust the certificates signed by these authorities only (PEM file). Default: those of Node.js. */
  readonly 'upstream-ca'?: string | undefined;
  /** Do not verify the certificate. Default: `false`. */
  readonly 'upstream-insecure'?: boolean | undefined;
  /** Tell it the client's address in a PROXY header: none, v1 or v2 (with TLS information). Default: `none`. */
  readonly 'upstream-proxy-protocol'?: 'none' | 'v1' | 'v2' | undefined;
  /** Tell it the client's address in an ID command, for login_trusted_networks of Dovecot. Default: `false`. */
  readonly 'upstream-id'?: boolean | undefined;
  /** Where messages are handed to: smtp://host:port or smtps://host:port. Default: `smtp://127.0.0.1:587`. */
  readonly submission?: string | undefined;
  /** Use STARTTLS with smtp://: never, try (if offered) or require. Default: never to a loopback address, else require. */
  readonly 'submission-starttls'?: 'never' | 'try' | 'require' | undefined;
  /** Trust the certificates signed by these authorities only (PEM file). Default: those of Node.js. */
  readonly 'submission-ca'?: string | undefined;
  /** Do not verify the certificate. Default: `false`. */
  readonly 'submission-insecure'?: boolean | undefined;
  /** Log in as: user (replay the client's own login), service (one login for all), impersonate (one login that acts for the user: SASL PLAIN authzid) or none. Default: `user`. */
  readonly 'submission-auth'?: 'user' | 'service' | 'impersonate' | 'none' | undefined;
  /** Login name for service and impersonate. */
  readonly 'submission-user'?: string | undefined;
  /** File whose first line is the password for service and impersonate. */
  readonly 'submission-password-file'?: string | undefined;
  /** The password itself. */
  readonly 'submission-password'?: string | undefined;
  /** Who decides whether a login may use a sender address: submission (that server), login (it must be the login name) or map (--sender-map). Default: submission with --submission-auth user or impersonate, else login. */
  readonly 'sender-policy'?: 'submission' | 'login' | 'map' | undefined;
  /** File of logins with their addresses and domains; reloaded when it changes. */
  readonly 'sender-map'?: string | undefined;
  /** Completes login names without a domain, for login and map. */
  readonly 'default-domain'?: string | undefined;
  /** Largest message that is sent, as stored. Default: `100MiB`. */
  readonly 'max-message-size'?: number | string | undefined;
  /** Recipients of one message. Default: `500`. */
  readonly 'max-recipients'?: number | undefined;
  /** Messages of one SEND. Default: `100`. */
  readonly 'max-messages-per-send'?: number | undefined;
  /** Messages per login, such as 200/1h, or off. Default: `off`. */
  readonly 'rate-messages'?: string | undefined;
  /** Recipients per login, such as 1000/1d, or off. Default: `off`. */
  readonly 'rate-recipients'?: string | undefined;
  /** For a TLS handshake of a client, and for a PROXY header before it. Default: `30s`. */
  readonly 'tls-timeout'?: string | undefined;
  /** For the connection to upstream, and once more for TLS. Default: `15s`. */
  readonly 'upstream-connect-timeout'?: string | undefined;
  /** From the connection of a client to the greeting of upstream. Default: `60s`. */
  readonly 'greeting-timeout'?: string | undefined;
  /** From the connection of a client to its login. Default: `3m`. */
  readonly 'login-timeout'?: string | undefined;
  /** For a session in which neither side sends anything; at least 30m. Default: `35m`. */
  readonly 'idle-timeout'?: string | undefined;
  /** For a client or upstream to take something of what is sent to it, or upstream a literal. Default: `5m`. */
  readonly 'write-timeout'?: string | undefined;
  /** Where metrics, health and the status page are served: http://host:port, or off. Default: `off`. */
  readonly admin?: string | undefined;
  /** File whose first line is the token that is asked for there; needed outside loopback. */
  readonly 'admin-token-file'?: string | undefined;
  /** Where outcomes and rates are kept: memory, or redis://… or rediss://… for several instances (a URL with a password not as a flag). Default: `memory`. */
  readonly state?: string | undefined;
  /** Directory for messages over 1 MiB while they are sent. Default: the system's temporary directory. */
  readonly 'spool-dir'?: string | undefined;
  /** How long sessions may go on after SIGTERM or SIGINT. Default: `30s`. */
  readonly 'drain-timeout'?: string | undefined;
  /** Processes that serve clients, or auto: as many as there are cores. Default: `1`. */
  readonly workers?: number | 'auto' | undefined;
}
