/**
 * Makes `wanted` the children of `parent`, in this order. The one that has the focus is never moved, since that would take
 * the focus from it: the others are put around it.
 */
export function placeRows(parent: Element, wanted: readonly Element[]): void {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  const focused = wanted.findIndex((row) => row.contains(document.activeElement));
  const pivot = focused === -1 ? null : (wanted[focused] ?? null);
  const before = focused === -1 ? wanted : wanted.slice(0, focused);
  place(parent, before, parent.firstElementChild, pivot);
  if (pivot !== null) place(parent, wanted.slice(focused + 1), pivot.nextElementSibling, null);
}

/** Puts `rows` from `start` on, before `end` at the latest. */
function place(parent: Element, rows: readonly Element[], start: Element | null, end: Element | null): void {
  let next = start;
  for (const row of rows) {
    if (row === next && row !== end) next = row.nextElementSibling;
    else parent.insertBefore(row, next === null ? end : next);
  }
}
