import { askForToken } from './ask-token.js';
import { byId, setHidden, setText } from './dom.js';
import { askToEnd } from './end-session.js';
import { count, counted, visible } from './format.js';
import type { Send, Session, SessionList, Status } from './interface.js';
import { createNotice } from './notice.js';
import { overview } from './overview.js';
import { type Answer, change, look, type Trouble } from './proxy.js';
import { rateCharts } from './rate-charts.js';
import { startRefresh } from './refresh.js';
import { refusedUsers } from './refused-users.js';
import { sendTable } from './send-table.js';
import { sessionTable } from './session-table.js';

const filter = byId('filter', HTMLInputElement);
const failedOnly = byId('failed-only', HTMLInputElement);
const alarm = byId('alarm', HTMLElement);
const notice = createNotice();
const showOverview = overview();
const showRates = rateCharts();
const refused = refusedUsers(refuse);
const deeds = { refuse, isRefused: (user: string) => refused.namesOf(user).length > 0 };
const sessions = sessionTable({ ...deeds, end });
const sends = sendTable(deeds);
/** What was answered last. */
let status: Status | undefined;
let lastAnswer = new Date();
let asking = false;

const refresh = startRefresh(async (signal) => {
  const query = new URLSearchParams({ q: filter.value.trim() });
  const [general, list] = await Promise.all([
    look<Status>('api/status', signal),
    look<SessionList>(`api/sessions?${query}`, signal),
  ]);
  if (signal.aborted) return;
  if (general.kind === 'locked' || list.kind === 'locked') {
    if (asking) return;
    asking = true;
    await askForToken();
    asking = false;
    refresh.now();
    return;
  }
  if (general.kind !== 'answered') return showTrouble(general);
  if (list.kind !== 'answered') return showTrouble(list);
  try {
    show(general.value, list.value);
  } catch {
    showTrouble({ kind: 'refused', text: 'this page is not of its version, reload it' });
  }
});

function show(answered: Status, list: SessionList): void {
  status = answered;
  refused.update(status.refusedUsers);
  showOverview(status);
  showRates(status);
  showSessions(list, status);
  showSends();
  lastAnswer = new Date();
  showTrouble(undefined);
}

function showSessions({ total, sessions: rows }: SessionList, { now, sessions: counts }: Status): void {
  const filtered = filter.value.trim() !== '';
  const empty = filtered ? 'No session matches the filter.' : 'Nobody is connected.';
  sessions.update(rows, Date.parse(now), empty);
  const parts = [filtered ? `${count(total)} matching` : count(total)];
  if (!filtered && counts.unauthenticated > 0) parts.push(`${count(counts.unauthenticated)} not logged in`);
  if (rows.length < total) parts.push(`${count(rows.length)} shown: filter to see others`);
  setText(byId('sessions-count', HTMLElement), parts.join(', '));
}

function showSends(): void {
  if (status === undefined) return;
  const wanted = filter.value.trim().toLowerCase();
  const matches = ({ user, session, outcome, reply = '' }: Send): boolean =>
    !(failedOnly.checked && outcome === 'OK') &&
    [user, session, reply].some((text) => text.toLowerCase().includes(wanted));
  const all = status.recentSends;
  const rows = all.filter(matches);
  const empty =
    all.length === 0 ? 'Nothing was sent since the proxy was started.' : 'No SEND matches the filter.';
  sends.update(rows, Date.parse(status.now), empty);
  setText(
    byId('sends-count', HTMLElement),
    rows.length < all.length
      ? `${count(rows.length)} of ${count(all.length)}`
      : counted(all.length, 'message'),
  );
}

/** What is on the page stays there, and is said to be old. */
function showTrouble(trouble: Trouble | undefined): void {
  const since = `What you see is of ${lastAnswer.toLocaleTimeString()}.`;
  setText(alarm, trouble === undefined ? '' : `${wordsFor(trouble)} ${since}`);
  setHidden(alarm, trouble === undefined);
  document.body.classList.toggle('stale', trouble !== undefined);
  document.title = trouble === undefined ? 'imap-send-proxy' : 'No answer – imap-send-proxy';
}

function wordsFor(trouble: Trouble): string {
  if (trouble.kind === 'refused') return `The proxy does not answer this page: ${visible(trouble.text)}.`;
  return 'The proxy does not answer.';
}

async function end(session: Session): Promise<void> {
  if (!(await askToEnd(session))) return;
  const answer = await change('POST', `api/sessions/${encodeURIComponent(session.id)}/end`);
  tell(answer, `Session ${visible(session.id)} was told to end.`);
}

async function refuse(user: string, wanted: boolean): Promise<void> {
  const names = wanted ? [user] : refused.namesOf(user);
  const method = wanted ? 'PUT' : 'DELETE';
  const answers = await Promise.all(
    names.map((name) => change(method, `api/refused/${encodeURIComponent(name)}`)),
  );
  const done = `SEND is ${wanted ? 'refused' : 'allowed'} for ${visible(user)}.`;
  for (const answer of answers) tell(answer, done);
}

function tell(answer: Answer<unknown>, done: string): void {
  if (answer.kind === 'answered') notice(done);
  else
    notice(
      answer.kind === 'refused'
        ? `Not done: ${visible(answer.text)}.`
        : 'Not done: the proxy does not answer.',
    );
  refresh.now();
}

/** Milliseconds after a key: who types on is not answered for each letter. */
const TYPING = 150;
let typing: ReturnType<typeof setTimeout> | undefined;
filter.addEventListener('input', () => {
  showSends();
  clearTimeout(typing);
  typing = setTimeout(refresh.now, TYPING);
});
failedOnly.addEventListener('change', showSends);

let paused = false;
const pause = byId('pause', HTMLButtonElement);
pause.addEventListener('click', () => {
  paused = !paused;
  setText(pause, paused ? 'Resume' : 'Pause');
  document.body.classList.toggle('paused', paused);
  notice(paused ? 'Paused: what you see stays as it is.' : 'Refreshing every 2 seconds.');
  refresh.pause(paused);
});

document.addEventListener('keydown', (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  const types = target instanceof HTMLInputElement && target.type !== 'checkbox';
  const asked = document.querySelector('dialog[open]') !== null;
  if (key !== '/' || types || asked || ctrlKey || metaKey || altKey) return;
  event.preventDefault();
  filter.focus();
  filter.select();
});
