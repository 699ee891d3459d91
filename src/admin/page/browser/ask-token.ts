import { byId, setText } from './dom.js';
import { token } from './proxy.js';

const NOT_IT = 'That is not the token.';

/** Until there is one that can be a token; whether it is the right one, the next request shows. */
export async function askForToken(): Promise<void> {
  const dialog = byId('token', HTMLDialogElement);
  const field = byId('token-field', HTMLInputElement);
  const text = byId('token-text', HTMLElement);
  setText(text, token.get() === null ? 'This proxy shows its status to who has the token.' : NOT_IT);
  for (;;) {
    field.value = '';
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
    const given = field.value.trim();
    field.value = '';
    // What no header can carry (RFC 9110 §5.5) would look like a proxy that does not answer.
    if (/^[\x21-\x7e]+$/.test(given)) return token.set(given);
    if (given !== '') setText(text, NOT_IT);
  }
}
