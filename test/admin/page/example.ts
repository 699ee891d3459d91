import { Activity } from '../../../src/admin/activity.js';
import { Readiness } from '../../../src/admin/readiness.js';
import { Refusals } from '../../../src/admin/refusals.js';
import type { AdminView } from '../../../src/admin/view.js';
import type { Events } from '../../../src/log/events.js';
import type { SessionRow } from '../../../src/relay/session-list.js';

const MINUTE = 60_000;
const NAMES = 'anna bob carol dinesh elif farid grace hanna ivan jun kofi lena mia nils olga pavel'.split(
  ' ',
);
const DOMAINS = ['example.org', 'example.net', 'staff.example.org'];
const STATES: readonly SessionRow['state'][] = [
  'selected',
  'selected',
  'authenticated',
  'selected',
  'selected',
];
const REFUSED = [
  [
    'RCPT TO',
    '550 5.1.1 <ana@example.net>: Recipient address rejected: User unknown in virtual mailbox table',
  ],
  ['MAIL FROM', '553 5.7.1 <boss@example.org>: Sender address rejected: not owned by user'],
  ['DATA', '554 5.7.1 Spam message rejected; please contact postmaster@example.org'],
] as const;

/** Numbers that look made by chance, and are the same each time (Park and Miller, 1988). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** What a proxy for a small company might show on a weekday; for pictures, and for tests of the page alone. */
export function exampleView(now: number, sessions = 340): AdminView {
  const rows = exampleSessions(now, sessions);
  return {
    facts: {
      version: '0.1.0',
      startedAt: new Date(now - 4 * 24 * 60 * MINUTE - 7 * 60 * MINUTE).toISOString(),
      workers: 2,
      upstream: 'imap://127.0.0.1:10143',
      submission: 'smtp://127.0.0.1:10587',
    },
    activity: exampleActivity(now, rows),
    readiness: new Readiness({
      deadlineMs: MINUTE,
      checks: [
        { name: 'upstream', required: true, probe: async () => ({ ok: true, detail: 'greets' }) },
        { name: 'submission', required: true, probe: async () => ({ ok: true, detail: 'answers EHLO' }) },
        { name: 'redis', required: false, probe: async () => ({ ok: true, detail: 'answers PING' }) },
      ],
    }),
    refusals: new Refusals(
      async () => {},
      (user) => user,
    ),
    phase: 'running',
    occupancy: () => ({ open: rows.length, unauthenticated: 4, limit: 4_000 }),
    async sessions(text, most) {
      const found = rows.filter(({ id, user, address }) => `${id} ${user} ${address}`.includes(text));
      return { total: found.length, sessions: found.slice(0, most) };
    },
    async end(id) {
      const at = rows.findIndex((row) => row.id === id);
      if (at !== -1) rows.splice(at, 1);
      return at !== -1;
    },
    metrics: async () => '',
  };
}

export function exampleSessions(now: number, number: number): SessionRow[] {
  const random = chance(20);
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return Array.from({ length: number }, (_, at) => {
    const isNew = at % 85 === 3;
    const age = isNew ? random(90_000) : 4_000 + random(60) ** 2 * 9_000 + random(60_000);
    return {
      id: Array.from({ length: 8 }, () => letters[random(letters.length)]).join(''),
      address:
        at % 5 === 2
          ? `[2001:db8::${(random(60_000) + 1).toString(16)}]:${40_000 + random(20_000)}`
          : `192.0.2.${1 + random(253)}:${40_000 + random(20_000)}`,
      user: isNew ? null : userOf(random),
      since: new Date(now - age).toISOString(),
      state: isNew
        ? 'not authenticated'
        : at % 61 === 5
          ? 'sending'
          : (STATES[random(STATES.length)] ?? 'selected'),
      bytesFromClient: isNew ? random(200) : 400 + random(60) ** 3,
      bytesFromServer: isNew ? 180 : 3_000 + random(900) ** 2 * (1 + random(40)),
      tls: at % 9 === 4 ? 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256' : 'TLSv1.3 TLS_AES_256_GCM_SHA384',
      listener: 'imaps://0.0.0.0:993',
    };
  });
}

const userOf = (random: (below: number) => number): string =>
  `${NAMES[random(NAMES.length)]}@${DOMAINS[random(DOMAINS.length)]}`;

function exampleActivity(now: number, rows: readonly SessionRow[]): Activity {
  const random = chance(7);
  let clock = now;
  const activity = new Activity(() => new Date(clock));
  const watched = activity.watching({ event: () => {} });
  const octets = { fromClients: 0, toClients: 0 };
  const send = (fields: Partial<Events['send']>): void => {
    const { id: session, user } = rows[random(rows.length)] as SessionRow;
    const sent = { session, user: user ?? 'anna@example.org', uid: 100 + random(9_000) };
    const figures = {
      recipients: 1 + random(4) * random(3),
      size: 1_200 + random(70) ** 3,
      seconds: (60 + random(40) ** 2) / 1000,
    };
    const reply = `250 2.0.0 Ok: queued as 4X${random(1_048_576).toString(36)}z${random(1_048_576).toString(36)}`;
    watched.event('send', { ...sent, ...figures, outcome: 'accepted', reply, ...fields });
  };
  for (let slot = 0; slot < 120; slot++) {
    clock = now - (119 - slot) * 5_000 - 1_000 - random(3_000);
    // More people come and write towards the full hour.
    const busy = 5 + Math.round(3 * Math.sin(slot / 17)) + (slot > 84 && slot < 92 ? 7 : 0);
    for (let at = random(busy + 1); at > 0; at--) {
      watched.event('session-opened', {} as Events['session-opened']);
      watched.event('login', {} as Events['login']);
    }
    if (slot % 23 === 6 || (slot > 96 && slot < 102))
      watched.event('login-failed', {} as Events['login-failed']);
    for (let at = random(2 + (busy >> 2)); at > 0; at--) send({});
    if (slot % 21 === 13) {
      const [command, reply] = REFUSED[(slot >> 3) % REFUSED.length] as (typeof REFUSED)[number];
      send({ outcome: 'refused', command, reply });
    }
    octets.fromClients += 20_000 + busy * random(60_000);
    octets.toClients += 300_000 + busy * (200_000 + random(900_000));
    activity.sample(octets);
  }
  return activity;
}
