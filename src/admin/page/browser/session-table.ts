import { byId } from './dom.js';
import { elapsed, moment, octets, visible } from './format.js';
import type { Session } from './interface.js';
import { type RefuseDeeds, refuseAction } from './refuse-action.js';
import { type Shown, Table } from './table.js';

export interface SessionDeeds extends RefuseDeeds {
  end(session: Session): void;
}

export function sessionTable(deeds: SessionDeeds): Table<Session> {
  return new Table<Session>({
    region: byId('sessions', HTMLElement),
    caption: 'Sessions',
    sorting: { name: 'Since', descending: true },
    keyOf: ({ id }) => id,
    columns: [
      { name: 'User', show: showUser, sortBy: ({ user }) => user ?? '' },
      {
        name: 'Address',
        show: ({ address }) => ({ text: visible(address) }),
        sortBy: ({ address }) => address,
      },
      { name: 'State', show: showState, sortBy: ({ state }) => state },
      {
        name: 'Since',
        numeric: true,
        show: ({ since }, now) => ({ text: `${elapsed(now - Date.parse(since))} ago`, title: moment(since) }),
        sortBy: ({ since }) => Date.parse(since),
      },
      octetColumn('From client', ({ bytesFromClient }) => bytesFromClient),
      octetColumn('From server', ({ bytesFromServer }) => bytesFromServer),
      { name: 'TLS', show: showTls, sortBy: ({ tls }) => tls ?? '' },
      {
        name: 'Upstream',
        show: ({ upstream }) => ({ text: visible(upstream), tone: 'quiet' }),
        sortBy: ({ upstream }) => upstream,
      },
      { name: 'Session', show: ({ id }) => ({ text: visible(id), tone: 'quiet' }), sortBy: ({ id }) => id },
    ],
    actions: [
      refuseAction(deeds),
      {
        name: 'end',
        offer: ({ id, user }) => ({
          label: 'End',
          spoken: `End session ${visible(id)} of ${user === null ? 'nobody yet' : visible(user)}`,
        }),
        run: deeds.end,
      },
    ],
  });
}

const octetColumn = (name: string, of: (session: Session) => number) => ({
  name,
  numeric: true as const,
  show: (session: Session): Shown => ({ text: octets(of(session)), title: `${of(session)} octets` }),
  sortBy: of,
});

const showUser = ({ user }: Session): Shown =>
  user === null ? { text: '–', title: 'not logged in', tone: 'quiet' } : { text: visible(user) };

function showState({ state }: Session): Shown {
  if (state === 'sending') return { text: state, tone: 'busy' };
  return state === 'not authenticated' ? { text: state, tone: 'quiet' } : { text: visible(state) };
}

/** The version is enough to see that all is well; the rest is on hover. */
function showTls({ tls, listener }: Session): Shown {
  if (tls === null) return { text: 'none', title: visible(listener), tone: 'quiet' };
  const [version = tls] = tls.split(' ');
  return { text: visible(/^TLS/.test(tls) ? version : tls), title: visible(`${tls}, ${listener}`) };
}
