import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { give, mailOwner, type Owner } from './owner.js';
import { ensure, unpacked } from './packages.js';
import { onFreePorts } from './port.js';
import { writeSasldb } from './sasldb.js';
import { scratchDirectory } from './scratch.js';
import { type Service, startService } from './service.js';

export interface CyrusOptions {
  /** Default: one account, anna@example.org. */
  readonly accounts?: readonly { readonly user: string; readonly password: string }[];
  /** Certificate and key files: STARTTLS on the plain port, and a second port that speaks TLS at once. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** More lines for imapd.conf(5). */
  readonly extra?: string;
  /** The line of the service for cyrus.conf(5), in which `imapd` and port 10143 become those of this one. */
  readonly service?: string;
}

export interface Cyrus extends Service {
  readonly name: 'cyrus';
  /** Only with `tls`. */
  readonly tlsPort?: number;
  /** The first account. */
  readonly user: string;
  readonly password: string;
}

const anna = { user: 'anna@example.org', password: 'anna secret' };

/**
 * A Cyrus of our own: own configuration, own files, loopback only. Each account's first login makes its folders
 * INBOX, Sent and Drafts. What it logs goes to the system's log only.
 * @throws StartError
 */
export async function startCyrus(options: CyrusOptions = {}): Promise<Cyrus> {
  await ensure('sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db');
  const root = await unpacked('cyrus-imapd');
  const accounts = options.accounts ?? [anna];
  const [first] = accounts;
  if (first === undefined) throw new TypeError('startCyrus: no accounts');

  return onFreePorts(options.tls ? 2 : 1, async (ports) => {
    const [port, tlsPort] = ports as [number, number?];
    const files = scratchDirectory('cyrus');
    const directory = files.path;
    const owner = await mailOwner();
    for (const each of ['config', 'config/db', 'config/proc', 'config/socket', 'spool']) {
      await mkdir(join(directory, each));
      await give(owner, join(directory, each));
    }
    await writeSasldb(join(directory, 'sasldb'), accounts);
    if (options.tls) await copyFile(options.tls.certFile, join(directory, 'cert.pem'));
    if (options.tls) await copyFile(options.tls.keyFile, join(directory, 'key.pem'));
    await give(
      owner,
      ...['sasldb', ...(options.tls ? ['key.pem'] : [])].map((file) => join(directory, file)),
    );
    await writeFile(join(directory, 'imapd.conf'), imapdConfiguration(directory, owner, options));
    await writeFile(
      join(directory, 'cyrus.conf'),
      masterConfiguration(root, directory, port, tlsPort, options.service),
    );

    const master = join(root, 'usr/lib/cyrus/bin/master');
    const spec = {
      name: 'cyrus',
      command: master,
      args: [
        '-l',
        '1024',
        '-C',
        join(directory, 'imapd.conf'),
        '-M',
        join(directory, 'cyrus.conf'),
        '-p',
        join(directory, 'pid'),
      ],
      env: { LD_LIBRARY_PATH: await libraryPath(root) },
      logFile: join(directory, 'log'),
      ports,
    };
    const service = await startService(spec, files);
    return Object.assign(service, {
      name: 'cyrus' as const,
      ...(tlsPort !== undefined && { tlsPort }),
      user: first.user,
      password: first.password,
    });
  });
}

async function libraryPath(root: string): Promise<string> {
  const directories: string[] = [];
  for (const parent of ['lib', 'usr/lib']) {
    const names = await readdir(join(root, parent)).catch(() => []);
    directories.push(
      ...names.filter((name) => name.includes('-linux-')).map((name) => join(root, parent, name)),
    );
  }
  return directories.join(':');
}

/** imapd.conf(5) */
function imapdConfiguration(directory: string, owner: Owner, options: CyrusOptions): string {
  return `
servername: cyrus.test
cyrus_user: ${owner.user}
configdirectory: ${directory}/config
defaultpartition: default
partition-default: ${directory}/spool
unixhierarchysep: yes
altnamespace: yes
virtdomains: userid
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${directory}/sasldb
sasl_mech_list: PLAIN LOGIN
${/^allowplaintext:/m.test(options.extra ?? '') ? '' : 'allowplaintext: yes'}
failedloginpause: 0
autocreate_quota: 0
autocreate_inbox_folders: Sent | Drafts
autocreate_subscribe_folders: Sent | Drafts
xlist-sent: Sent
xlist-drafts: Drafts
idlesocket: ${directory}/config/socket/idle
${options.tls ? `tls_server_cert: ${directory}/cert.pem\ntls_server_key: ${directory}/key.pem` : ''}
${options.extra ?? ''}
`;
}

/** cyrus.conf(5) */
function masterConfiguration(
  root: string,
  directory: string,
  port: number,
  tlsPort?: number,
  given?: string,
): string {
  const program = (name: string) => `${root}/usr/lib/cyrus/bin/${name} -C ${directory}/imapd.conf`;
  const service = (name: string, command: string, listen: number) =>
    `  ${name} cmd="${command}" listen="127.0.0.1:${listen}" prefork=1 maxchild=2000`;
  return `
START {
  recover cmd="${program('ctl_cyrusdb')} -r"
}
SERVICES {
${given?.replace('imapd', program('imapd')).replace('10143', `${port}`) ?? service('imap', program('imapd'), port)}
${tlsPort === undefined ? '' : service('imaps', `${program('imapd')} -s`, tlsPort)}
}
EVENTS {
}
DAEMON {
  idled cmd="${program('idled')}"
}
`;
}
