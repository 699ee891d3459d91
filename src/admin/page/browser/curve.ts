/** Slots across, and units up, in the coordinates of a chart. */
export interface Grid {
  readonly slots: number;
  readonly height: number;
}

/** Bars of `values`, the last one at the right edge; they stand on those of `below`. A path of SVG. */
export function bars(values: readonly number[], below: readonly number[], most: number, grid: Grid): string {
  const first = grid.slots - values.length;
  const path = values.map((value, at) => {
    if (value === 0) return '';
    const [top, foot] = [value + (below[at] ?? 0), below[at] ?? 0].map((level) =>
      heightOf(level, most, grid),
    );
    return `M${first + at + 0.1} ${foot}V${top}h.8V${foot}z`;
  });
  return path.join('');
}

/** A line through the middles of the slots. */
export function line(values: readonly number[], most: number, grid: Grid): string {
  const first = grid.slots - values.length;
  return values
    .map((value, at) => `${at === 0 ? 'M' : 'L'}${first + at + 0.5} ${heightOf(value, most, grid)}`)
    .join('');
}

/** What is under that line. */
export function area(values: readonly number[], most: number, grid: Grid): string {
  if (values.length === 0) return '';
  const first = grid.slots - values.length + 0.5;
  return `${line(values, most, grid)}L${grid.slots - 0.5} ${grid.height}L${first} ${grid.height}z`;
}

/** From the top, to a tenth: more digits would only make the document change. */
function heightOf(value: number, most: number, { height }: Grid): number {
  return Math.round((1 - value / Math.max(1, most)) * height * 10) / 10;
}
