import { byId } from './dom.js';
import { count, elapsed, moment, octets, took, visible } from './format.js';
import type { Send } from './interface.js';
import { type RefuseDeeds, refuseAction } from './refuse-action.js';
import { type Shown, Table } from './table.js';

export function sendTable(deeds: RefuseDeeds): Table<Send> {
  return new Table<Send>({
    region: byId('sends', HTMLElement),
    caption: 'Recent SENDs',
    sorting: { name: 'When', descending: true },
    keyOf: ({ at, session, uid }) => `${at} ${session} ${uid}`,
    columns: [
      {
        name: 'When',
        numeric: true,
        show: ({ at }, now) => ({ text: `${elapsed(now - Date.parse(at))} ago`, title: moment(at) }),
        sortBy: ({ at }) => Date.parse(at),
      },
      { name: 'User', show: ({ user }) => ({ text: visible(user) }), sortBy: ({ user }) => user },
      { name: 'Outcome', show: showOutcome, sortBy: ({ outcome, stage }) => `${outcome} ${stage}` },
      {
        name: 'Reply',
        show: ({ reply }) => ({ text: visible(reply ?? '') }),
        sortBy: ({ reply }) => reply ?? '',
      },
      {
        name: 'Recipients',
        numeric: true,
        show: ({ recipients }) => ({ text: count(recipients) }),
        sortBy: ({ recipients }) => recipients,
      },
      {
        name: 'Size',
        numeric: true,
        show: (sent) => ({ text: octets(sent.octets), title: `${sent.octets} octets` }),
        sortBy: (sent) => sent.octets,
      },
      {
        name: 'Took',
        numeric: true,
        show: ({ durationMs }) => ({ text: took(durationMs) }),
        sortBy: ({ durationMs }) => durationMs,
      },
      { name: 'UID', numeric: true, show: ({ uid }) => ({ text: String(uid) }), sortBy: ({ uid }) => uid },
      {
        name: 'Session',
        show: ({ session }) => ({ text: visible(session), tone: 'quiet' }),
        sortBy: ({ session }) => session,
      },
    ],
    actions: [refuseAction(deeds)],
  });
}

function showOutcome({ outcome, stage, repeated }: Send): Shown {
  if (outcome !== 'OK') return { text: visible(`${outcome} ${stage ?? ''}`.trim()), tone: 'bad' };
  if (repeated) return { text: 'OK, again', title: 'an earlier SEND had submitted it', tone: 'good' };
  return { text: 'OK', tone: 'good' };
}
