import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '../../test/support/process.js';
import { type Contender, running } from './contender.js';

/** Its login process as a proxy (passdb field `proxy`), in the high-performance mode of its manual. */
export const dovecotProxy: Contender = {
  name: 'Dovecot proxy',
  async start({ directory, port, tls, certificate, workers, upstreamPort, processors }) {
    const file = join(directory, 'dovecot.conf');
    await writeFile(
      file,
      `protocols = imap
listen = 127.0.0.1
base_dir = ${directory}/run
state_dir = ${directory}/run
log_path = ${directory}/dovecot-mail.log
ssl = ${tls ? `yes\nssl_cert = <${certificate.certFile}\nssl_key = <${certificate.keyFile}` : 'no'}
disable_plaintext_auth = no
auth_mechanisms = plain
default_client_limit = 40000
default_vsz_limit = 0
mail_max_userip_connections = 0
passdb {
  driver = static
  args = proxy=y host=127.0.0.1 port=${upstreamPort} nopassword=y proxy_nopipelining=y
}
service imap-login {
  service_count = 0
  process_min_avail = ${workers}
  process_limit = ${workers}
  client_limit = 40000
  inet_listener imap {
    port = ${tls ? 0 : port}
  }
  inet_listener imaps {
    port = ${tls ? port : 0}
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`,
    );
    const args = ['-c', processors, '/usr/sbin/dovecot', '-F', '-c', file];
    const logFile = join(directory, 'dovecot.log');
    return running(await startProcess({ name: 'dovecot', command: 'taskset', args, logFile, ports: [port] }));
  },
};
