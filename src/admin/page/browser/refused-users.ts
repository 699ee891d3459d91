import { byId, make, setHidden, setText } from './dom.js';
import { visible } from './format.js';

export interface RefusedUsers {
  update(users: readonly string[]): void;
  /** The names by which this one is refused: the case of letters makes no difference. */
  namesOf(user: string): readonly string[];
}

/** The logins whose SEND is refused, and the field to add one that is not here at the moment. */
export function refusedUsers(refuse: (user: string, refused: boolean) => void): RefusedUsers {
  const list = byId('refused', HTMLElement);
  const field = byId('refuse-user', HTMLInputElement);
  const items = new Map<string, HTMLElement>();
  let refused: readonly string[] = [];
  byId('refuse', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const user = field.value.trim();
    if (user === '') return;
    field.value = '';
    refuse(user, true);
  });
  const item = (user: string): HTMLElement => {
    const undo = make(
      'button',
      { type: 'button', 'data-action': 'allow', 'aria-label': `Allow SEND for ${visible(user)}` },
      'Allow SEND',
    );
    undo.addEventListener('click', () => refuse(user, false));
    return make('li', {}, make('span', { class: 'value' }, visible(user)), undo);
  };
  return {
    update(users) {
      refused = users;
      const focused = list.contains(document.activeElement);
      for (const [user, element] of items) {
        if (users.includes(user)) continue;
        element.remove();
        items.delete(user);
      }
      for (const user of users) {
        if (items.has(user)) continue;
        const added = item(user);
        items.set(user, added);
        list.append(added);
      }
      setHidden(list, users.length === 0);
      setText(byId('refused-count', HTMLElement), users.length === 0 ? 'nobody' : String(users.length));
      if (focused && !list.contains(document.activeElement)) field.focus();
    },
    namesOf: (user) => refused.filter((name) => name.toLowerCase() === user.toLowerCase()),
  };
}
