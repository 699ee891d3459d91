import { byId, make } from './dom.js';
import { moment, visible } from './format.js';
import type { Session } from './interface.js';

/** Asks before a session is ended. The browser gives the focus back to where it was. */
export function askToEnd(session: Session): Promise<boolean> {
  const dialog = byId('end', HTMLDialogElement);
  const facts = [
    ['User', session.user ?? 'not logged in'],
    ['Address', session.address],
    ['Since', moment(session.since)],
    ['Session', session.id],
  ] as const;
  byId('end-session', HTMLElement).replaceChildren(
    ...facts.map(([name, text]) => make('div', {}, make('dt', {}, name), make('dd', {}, visible(text)))),
  );
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'end'), { once: true });
  });
}
