import { byId, setText } from './dom.js';

/** Milliseconds. */
const READABLE = 10_000;

/** Says what happened, to eyes and to screen readers, without taking the focus. */
export function createNotice(): (text: string) => void {
  const place = byId('notice', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(timer);
    setText(place, text);
    timer = setTimeout(() => setText(place, ''), READABLE);
  };
}
