import type { TestContext } from 'node:test';
import { loadPage } from '../../../src/admin/page/page.js';
import { type AdminServer, startAdminServer } from '../../../src/admin/server.js';
import type { AdminView } from '../../../src/admin/view.js';
import { Secret } from '../../../src/secret.js';

/** The real listener and page, before a proxy that is made up. */
export async function startStand(
  context: Pick<TestContext, 'after'> | undefined,
  view: AdminView,
  token?: string,
  port = 0,
): Promise<AdminServer> {
  const server = await startAdminServer({
    host: '127.0.0.1',
    port,
    token: token === undefined ? undefined : new Secret(token),
    view,
    page: loadPage(),
    log: { event: () => {} },
  });
  context?.after(() => server.close());
  return server;
}
