import type { Log } from '../log/logger.js';
import { PROMETHEUS_TYPE } from '../metrics/metrics.js';
import { failure, json, type Page, pageReply, type Reply } from './reply.js';
import { readyReply, statusOf } from './status.js';
import type { AdminView } from './view.js';

/** A request that was let in. */
export interface Asked {
  /** What stands for `*` in the path. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** Who asks. */
  readonly address: string;
  /** Showed the token, or needs none. */
  readonly trusted: boolean;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  /** `*` stands for one part. */
  readonly path: string;
  /** Needs no token. */
  readonly open?: true;
  readonly methods: Readonly<Partial<Record<Method, (asked: Asked) => Reply | Promise<Reply>>>>;
}

const MOST_SESSIONS = 1_000;

export function createRoutes(view: AdminView, page: Page, log: Log): readonly Route[] {
  const sessions = async ({ query }: Asked): Promise<Reply> => {
    const { total, sessions } = await view.sessions(query.get('q') ?? '', MOST_SESSIONS);
    const { upstream } = view.facts;
    return json({ total, sessions: sessions.map((session) => ({ ...session, upstream })) });
  };
  const end = async ({ name: id, address }: Asked): Promise<Reply> => {
    const done = await view.end(id);
    log.event('admin-action', { address, action: 'end-session', target: id, done });
    return done ? json({ ended: id }) : failure(404, 'there is no such session');
  };
  const refuse =
    (refused: boolean) =>
    async ({ name: user, address }: Asked): Promise<Reply> => {
      const change = await view.refusals.change(user, refused);
      const action = refused ? 'refuse-send' : 'allow-send';
      log.event('admin-action', { address, action, target: user, done: change === 'done' });
      if (change === 'too-much') return failure(409, 'too many logins are refused, or this one is too long');
      return json({ refusedUsers: view.refusals.users });
    };
  const metrics = async (): Promise<Reply> => ({
    status: 200,
    type: PROMETHEUS_TYPE,
    body: await view.metrics(),
  });
  return [
    { path: '/', open: true, methods: { GET: () => pageReply(page) } },
    { path: '/metrics', methods: { GET: metrics } },
    { path: '/healthz/live', open: true, methods: { GET: () => json({ ok: true }) } },
    {
      path: '/healthz/ready',
      open: true,
      methods: { GET: ({ trusted }) => readyReply(view, trusted) },
    },
    { path: '/api/status', methods: { GET: () => json(statusOf(view)) } },
    { path: '/api/sessions', methods: { GET: sessions } },
    { path: '/api/sessions/*/end', methods: { POST: end } },
    { path: '/api/refused/*', methods: { PUT: refuse(true), DELETE: refuse(false) } },
  ];
}
