import type { Fate } from '../client/index.js';
import { type Finding, failed, ok, warning } from './finding.js';

/** What became of a message that was sent through a running proxy to try it. */
export type TrialFacts =
  | { readonly kind: 'no-session'; readonly refused: boolean; readonly text: string }
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'not-stored'; readonly text: string }
  /** The connection was lost, or the answer did not come in time. */
  | { readonly kind: 'interrupted'; readonly text: string }
  | {
      readonly kind: 'answered';
      readonly fate: Fate;
      readonly seconds: number;
      readonly mailbox: string;
      /** The copy was taken out of the mailbox again. */
      readonly removed: boolean;
    };

export function trialFinding(facts: TrialFacts, to: string, server: string): Finding {
  const check = 'send';
  switch (facts.kind) {
    case 'no-session': {
      const advice = facts.refused
        ? 'are --user and the password those of a mailbox?'
        : 'is the proxy running there (imap-send-proxy serve)? Else name it with --server';
      return failed(check, `${server}: ${facts.text}`, advice);
    }
    case 'not-offered':
      return failed(
        check,
        `${server} does not offer SEND`,
        'name the proxy, not the server behind it, with --server',
      );
    case 'not-stored':
      return failed(check, `the test message could not be stored: ${facts.text}`, 'see the log of upstream');
    case 'interrupted': {
      const text = `no answer to SEND: ${facts.text}; a copy of the test message may be left in a mailbox`;
      return failed(check, text, 'see the log of the proxy, and that of the submission server');
    }
    case 'answered':
      return answered(facts, to);
  }
}

function answered(facts: Extract<TrialFacts, { kind: 'answered' }>, to: string): Finding {
  const check = 'send';
  const { fate, seconds, mailbox, removed } = facts;
  const left = removed ? '' : `; the copy in ${mailbox} could not be removed`;
  if (fate.kind === 'sent') {
    const text = `a test message to ${to} was accepted after ${seconds.toFixed(1)} s${left}`;
    return removed ? ok(check, text) : warning(check, text, `delete it from ${mailbox}`);
  }
  if (fate.kind === 'gone') {
    return failed(
      check,
      'the test message was gone before it was sent',
      'does something move mail out of that mailbox?',
    );
  }
  const { result, answer } = fate.why;
  const words =
    result === undefined
      ? `${answer.status}${answer.code === undefined ? '' : ` [${answer.code}]`} ${answer.text}`
      : `${result.command} ${result.parameter}: ${[result.reply.code, result.reply.enhancedCode, result.reply.text].filter(Boolean).join(' ')}`;
  const text = `a test message to ${to} was not accepted (${fate.kind}): ${words}${left}`;
  const advice =
    fate.kind === 'unknown'
      ? 'it may have been accepted all the same: ask the recipient, and see the log of the submission server'
      : 'its words say why; docs/send.md has those that are of the proxy';
  return failed(check, text, advice);
}
