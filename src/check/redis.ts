import { type Concern, type Finding, failed, ok, withConcerns } from './finding.js';

export type RedisFacts =
  | { readonly kind: 'unreachable'; readonly cause: string }
  | {
      readonly kind: 'answered';
      readonly version: string | undefined;
      /** Why the proxy cannot write there; undefined when it can. */
      readonly refusal: string | undefined;
      /** Undefined for what Redis does not tell us. */
      readonly policy: string | undefined;
      readonly appendOnly: boolean | undefined;
      readonly appendFsync: string | undefined;
      /** How far its clock is before ours, in milliseconds. */
      readonly ahead: number | undefined;
    };

/** What docs/delivery.md demands of Redis. `where` has no password in it. */
export function redisFindings(facts: RedisFacts, where: string): Finding[] {
  if (facts.kind === 'unreachable') {
    const advice =
      'is Redis running there, and are name, password and TLS in --state right? Sending goes on without it, but retries may send twice';
    return [failed('redis', `${where}: ${facts.cause}`, advice)];
  }
  const { version, refusal } = facts;
  const text = `${where}: Redis ${version ?? 'of unknown version'}`;
  if (refusal !== undefined) {
    const advice =
      'let the login read, write and EVAL keys imap-send-proxy:*, at a server that is no replica';
    return [failed('redis', `${text}: ${refusal}`, advice)];
  }
  return [ok('redis', `${text}, reads and writes`), settingsFinding(facts)];
}

function settingsFinding(facts: Extract<RedisFacts, { kind: 'answered' }>): Finding {
  const { policy, appendOnly, appendFsync } = facts;
  const concerns: Concern[] = [];
  const complain = (status: Concern['status'], text: string, advice: string): void =>
    void concerns.push({ status, text, advice });
  if (policy !== undefined && policy !== 'noeviction') {
    complain(
      'failed',
      'drops records when its memory is full, and retries send again',
      'set maxmemory-policy noeviction',
    );
  }
  if (appendOnly === false) {
    complain(
      'failed',
      'forgets everything when it ends, and retries send again',
      'set appendonly yes, and appendfsync always',
    );
  } else if (appendFsync !== undefined && appendFsync !== 'always') {
    complain('warning', 'a crash of its machine may cost the last records', 'set appendfsync always');
  }
  const unknown = [policy, appendOnly, appendFsync].some((value) => value === undefined);
  if (unknown && concerns.length === 0) {
    const advice = 'look yourself: maxmemory-policy noeviction, appendonly yes, appendfsync always';
    complain('warning', 'it does not tell us all', advice);
  }
  const yesNo = appendOnly === undefined ? '?' : appendOnly ? 'yes' : 'no';
  const shown = `maxmemory-policy ${policy ?? '?'}, appendonly ${yesNo}, appendfsync ${appendFsync ?? '?'}`;
  return withConcerns('redis-settings', shown, concerns);
}
