import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '../../support/process.js';
import type { Job, Place } from './job.js';
import { Marionette } from './marionette.js';
import { environment } from './program.js';
import { script } from './thunderbird-script.js';

/** How Thunderbird writes `mail.server.*.socketType`. */
const socketTypes = { plain: 0, starttls: 2, tls: 3 } as const;

const preferences = ({ port, user, security }: Place): Record<string, string | number | boolean> => ({
  'marionette.port': 0,
  'mail.accountmanager.accounts': 'account1',
  'mail.accountmanager.defaultaccount': 'account1',
  'mail.account.account1.server': 'server1',
  'mail.account.account1.identities': 'id1',
  'mail.identity.id1.useremail': 'anna@example.org',
  'mail.identity.id1.fullName': 'Anna',
  'mail.identity.id1.valid': true,
  'mail.server.server1.type': 'imap',
  'mail.server.server1.hostname': '127.0.0.1',
  'mail.server.server1.port': port,
  'mail.server.server1.userName': user,
  'mail.server.server1.name': 'Anna',
  'mail.server.server1.socketType': socketTypes[security],
  // A password as it is, by the best of PLAIN and LOGIN.
  'mail.server.server1.authMethod': 3,
  'mail.server.server1.login_at_startup': false,
  'mail.server.server1.check_new_mail': false,
  'mail.server.server1.autosync_offline_stores': false,
  // It is not to look for anything on the network but this server.
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'app.update.enabled': false,
  'extensions.update.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'services.settings.server': 'http://127.0.0.1:9/',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.server': 'http://127.0.0.1:9/',
  'mailnews.start_page.enabled': false,
  'app.donation.eoy.version.viewed': 999,
});

async function work(place: Place): Promise<string> {
  const profile = join(place.directory, 'profile');
  await mkdir(profile);
  const lines = Object.entries(preferences(place)).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const message = join(place.directory, 'message');
  await writeFile(
    message,
    'From: anna@example.org\r\nSubject: written by Thunderbird {5}\r\n\r\nbody\r\n.\r\n',
  );
  const authority = (await readFile(place.caFile, 'utf8')).replace(/-----[A-Z ]+-----|\n/g, '');

  const portFile = join(profile, 'MarionetteActivePort');
  const thunderbird = await startProcess({
    name: 'thunderbird',
    command: 'thunderbird',
    args: ['--headless', '--marionette', '--remote-allow-system-access', '--profile', profile],
    cwd: place.directory,
    env: environment(place.directory),
    logFile: join(place.directory, 'log'),
    ready: () => existsSync(portFile) && readFileSync(portFile).length > 0,
  });
  try {
    const marionette = await Marionette.start(Number(await readFile(portFile, 'utf8')));
    const seen = await marionette.run(script, place.user, place.password, authority, message);
    await marionette.quit();
    return JSON.stringify(seen, undefined, 1);
  } finally {
    await thunderbird.stop();
  }
}

export const thunderbird: Job = {
  name: 'Thunderbird',
  packages: ['thunderbird'],
  securities: ['plain', 'starttls', 'tls'],
  run: work,
};
