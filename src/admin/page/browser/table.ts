import { make, setAttribute, setHidden, setText } from './dom.js';
import { type Sorting, type SortKey, sorted } from './order.js';
import { placeRows } from './place-rows.js';

export interface Shown {
  readonly text: string;
  /** On hover. */
  readonly title?: string;
  readonly tone?: 'good' | 'bad' | 'busy' | 'quiet';
}

export interface Column<R> {
  readonly name: string;
  readonly numeric?: true;
  show(row: R, now: number): Shown;
  sortBy(row: R): SortKey;
}

export interface Action<R> {
  /** What it is told apart by, in the row. */
  readonly name: string;
  /** Undefined: there is nothing to do in this row. */
  offer(row: R): { readonly label: string; readonly spoken: string } | undefined;
  run(row: R): void;
}

export interface TableOptions<R> {
  /** The region that scrolls; it takes the focus when the row that has it goes. */
  readonly region: HTMLElement;
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly actions: readonly Action<R>[];
  readonly sorting: Sorting;
  keyOf(row: R): string;
}

interface Line<R> {
  row: R;
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
  readonly buttons: readonly HTMLButtonElement[];
}

/** A table that is told all of its rows again and again, and touches only what changed. */
export class Table<R> {
  readonly #options: TableOptions<R>;
  readonly #body = make('tbody', { role: 'rowgroup' });
  readonly #empty = make('p', { class: 'empty' });
  readonly #heads = new Map<string, HTMLElement>();
  readonly #lines = new Map<string, Line<R>>();
  #sorting: Sorting;
  #rows: readonly R[] = [];
  #now = 0;

  constructor(options: TableOptions<R>) {
    this.#options = options;
    this.#sorting = options.sorting;
    const { region, caption, columns, actions } = options;
    const heads = columns.map((column) => this.#head(column));
    // The roles are in the element, too: on a narrow screen rows are no table to the style, and would be none to a screen reader.
    if (actions.length > 0) heads.push(make('th', { role: 'columnheader', scope: 'col' }, hidden('Actions')));
    const head = make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, ...heads));
    // Who has only a keyboard scrolls it by that.
    region.tabIndex = 0;
    region.append(make('table', { role: 'table', 'aria-label': caption }, head, this.#body), this.#empty);
    this.#markSorting();
  }

  /** @param empty what to say when there are no rows. */
  update(rows: readonly R[], now: number, empty: string): void {
    this.#rows = rows;
    this.#now = now;
    setText(this.#empty, empty);
    setHidden(this.#empty, rows.length > 0);
    this.#place();
  }

  #place(): void {
    const { columns, region, keyOf } = this.#options;
    const { name, descending } = this.#sorting;
    const by = columns.find((column) => column.name === name);
    const rows = by === undefined ? this.#rows : sorted(this.#rows, (row) => by.sortBy(row), descending);
    const focused = this.#body.contains(document.activeElement);
    const present = new Set<string>();
    const wanted = rows.map((row) => {
      let key = keyOf(row);
      while (present.has(key)) key += '+';
      present.add(key);
      return this.#line(key, row).element;
    });
    for (const key of this.#lines.keys()) if (!present.has(key)) this.#lines.delete(key);
    placeRows(this.#body, wanted);
    if (focused && !this.#body.contains(document.activeElement)) region.focus();
  }

  #line(key: string, row: R): Line<R> {
    const { columns, actions } = this.#options;
    const line = this.#lines.get(key) ?? this.#newLine(key, row);
    line.row = row;
    for (const [at, column] of columns.entries()) {
      const cell = line.cells[at] as HTMLElement;
      const { text, title, tone } = column.show(row, this.#now);
      setText(cell, text);
      setAttribute(cell, 'title', title);
      setAttribute(cell, 'data-tone', tone);
    }
    for (const [at, action] of actions.entries()) {
      const button = line.buttons[at] as HTMLButtonElement;
      const offered = action.offer(row);
      setHidden(button, offered === undefined);
      setText(button, offered?.label ?? '');
      setAttribute(button, 'aria-label', offered?.spoken);
    }
    return line;
  }

  #newLine(key: string, row: R): Line<R> {
    const { columns, actions } = this.#options;
    const cells = columns.map(() => make('span', { class: 'value' }));
    const buttons = actions.map(({ name }) => make('button', { type: 'button', 'data-action': name }));
    const element = make(
      'tr',
      { role: 'row' },
      ...columns.map(({ name, numeric }, at) =>
        make(
          'td',
          { role: 'cell', 'data-label': name, ...(numeric && { class: 'number' }) },
          cells[at] as Node,
        ),
      ),
      ...(actions.length > 0 ? [make('td', { role: 'cell', class: 'actions' }, ...buttons)] : []),
    );
    const line = { row, element, cells, buttons };
    for (const [at, action] of actions.entries()) {
      buttons[at]?.addEventListener('click', () => action.run(line.row));
    }
    this.#lines.set(key, line);
    return line;
  }

  #head({ name, numeric }: Column<R>): HTMLElement {
    const button = make('button', { type: 'button', class: 'sort' }, name);
    button.addEventListener('click', () => {
      const again = this.#sorting.name === name;
      // What is largest is what one looks for; texts are read from A.
      this.#sorting = { name, descending: again ? !this.#sorting.descending : numeric === true };
      this.#markSorting();
      this.#place();
    });
    const head = make(
      'th',
      { role: 'columnheader', scope: 'col', ...(numeric && { class: 'number' }) },
      button,
    );
    this.#heads.set(name, head);
    return head;
  }

  #markSorting(): void {
    const { name, descending } = this.#sorting;
    for (const [each, head] of this.#heads) {
      setAttribute(head, 'aria-sort', each === name ? (descending ? 'descending' : 'ascending') : undefined);
    }
  }
}

const hidden = (text: string): HTMLElement => make('span', { class: 'unseen' }, text);
