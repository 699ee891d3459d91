import { byId, make, setAttribute, setText } from './dom.js';
import { counted, elapsed, moment, visible } from './format.js';
import type { Status } from './interface.js';

/** What the proxy is, and whether all is well behind it. */
export function overview(): (status: Status) => void {
  const version = byId('version', HTMLElement);
  const uptime = byId('uptime', HTMLElement);
  const servers = byId('servers', HTMLElement);
  let shown = '';
  return (status) => {
    setText(version, visible(status.version));
    showPhase(status);
    const since = elapsed(Date.parse(status.now) - Date.parse(status.startedAt));
    const processes = status.workers > 1 ? `, ${counted(status.workers, 'worker')}` : '';
    setText(uptime, `up ${since}${processes}`);
    setAttribute(uptime, 'title', `since ${moment(status.startedAt)}`);
    const facts = factsOf(status);
    const text = JSON.stringify(facts);
    if (text === shown) return;
    shown = text;
    servers.replaceChildren(
      ...facts.map(({ name, url, found, tone }) =>
        make('div', {}, make('dt', {}, name), make('dd', {}, url), make('dd', { 'data-tone': tone }, found)),
      ),
    );
  };
}

function showPhase({ draining, ready }: Status): void {
  const phase = byId('phase', HTMLElement);
  const [text, tone] = draining
    ? ['stopping', 'busy']
    : ready === null
      ? ['running', 'quiet']
      : ready.ok
        ? ['ready', 'good']
        : ['not ready', 'bad'];
  setText(phase, text);
  setAttribute(phase, 'data-tone', tone);
}

interface Fact {
  readonly name: string;
  readonly url: string;
  readonly found: string;
  readonly tone: 'good' | 'bad';
}

/** The servers by their URLs, each with what its check has found. */
function factsOf({ upstream, submission, ready }: Status): Fact[] {
  const urls: Readonly<Record<string, string>> = { upstream, submission };
  const checks = ready?.checks ?? [];
  const names = new Set([...Object.keys(urls), ...checks.map(({ name }) => name)]);
  return [...names].map((name) => {
    const check = checks.find((each) => each.name === name);
    return {
      name: visible(name),
      url: visible(urls[name] ?? ''),
      found: check === undefined ? '' : visible(`${check.ok ? '✓' : '✗'} ${check.detail}`),
      tone: check?.ok ? 'good' : 'bad',
    };
  });
}
