import { visible } from './format.js';
import type { Action } from './table.js';

export interface RefuseDeeds {
  refuse(user: string, refused: boolean): void;
  isRefused(user: string): boolean;
}

/** In a row that has somebody's name: SEND refused for that login, and allowed again. */
export const refuseAction = ({
  refuse,
  isRefused,
}: RefuseDeeds): Action<{ readonly user: string | null }> => ({
  name: 'refuse',
  offer({ user }) {
    if (user === null) return undefined;
    const label = isRefused(user) ? 'Allow SEND' : 'Refuse SEND';
    return { label, spoken: `${label} for ${visible(user)}` };
  },
  run({ user }) {
    if (user !== null) refuse(user, !isRefused(user));
  },
});
