import type { EventName, Events } from '../log/events.js';
import type { Instruments } from './instruments.js';
import { causeLabel, codeLabel, methodLabel } from './labels.js';

type Counted = { readonly [K in EventName]?: (fields: Events[K]) => void };

/** What each event adds to the metrics. */
export function countEvents({
  counter,
  gauge,
  histogram,
}: Instruments): <K extends EventName>(name: K, fields: Events[K]) => void {
  const reload = (succeeded: boolean): void => {
    counter('configuration_reloads_total').inc({ result: succeeded ? 'ok' : 'failed' });
    gauge('configuration_last_reload_successful').set(succeeded ? 1 : 0);
    if (succeeded) gauge('configuration_last_reload_success_timestamp_seconds').setToCurrentTime();
  };
  const hit = (limit: string): void => counter('limits_total').inc({ limit });

  const counted: Counted = {
    reloaded: () => reload(true),
    'reload-rejected': () => reload(false),
    'sender-map-loaded': () => counter('sender_map_reads_total').inc({ result: 'ok' }),
    'sender-map-rejected': () => counter('sender_map_reads_total').inc({ result: 'failed' }),

    'worker-started': () => gauge('workers').inc(),
    'worker-lost': () => {
      gauge('workers').dec();
      counter('workers_lost_total').inc();
    },

    'session-opened': () => {
      counter('sessions_total').inc();
      gauge('sessions').inc();
    },
    'session-refused': ({ limit }) => {
      counter('sessions_refused_total').inc({ limit });
      if (limit !== 'workers') hit(limit);
    },
    'proxy-header-refused': ({ cause }) => counter('proxy_headers_refused_total').inc({ cause }),
    'session-closed': ({ side, cause, seconds }) => {
      gauge('sessions').dec();
      counter('sessions_closed_total').inc({ side, cause: causeLabel(cause) });
      histogram('session_duration_seconds').observe(seconds);
      if (cause.startsWith('limit ')) hit(cause.slice('limit '.length));
    },
    login: ({ method }) => counter('logins_total').inc({ result: 'ok', method: methodLabel(method) }),
    'login-failed': ({ method }) =>
      counter('logins_total').inc({ result: 'failed', method: methodLabel(method) }),
    desync: ({ side, cause }) => counter('desyncs_total').inc({ side, cause }),

    send({ outcome, command = '', reply, seconds, limit, repeated }) {
      counter('messages_total').inc({ outcome, command, code: codeLabel(reply) });
      if (repeated) counter('messages_repeated_total').inc();
      if (seconds !== undefined) histogram('message_duration_seconds').observe(seconds);
      if (limit !== undefined) hit(limit);
    },
    'send-refused': ({ cause }) => {
      counter('sends_refused_total').inc({ cause });
      if (cause !== 'administrator') hit(cause);
    },
    'ledger-degraded': () => counter('ledger_degradations_total').inc(),
    'internal-error': () => counter('internal_errors_total').inc(),
    'admin-refused': ({ cause }) => counter('admin_requests_refused_total').inc({ cause }),
  };
  return (name, fields) => counted[name]?.(fields);
}
