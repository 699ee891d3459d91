/**
 * A Markdown table whose columns also line up as text: the first row is the head, the first column left-aligned. Empty
 * without further rows.
 */
export function table(rows: readonly (readonly string[])[], alignment: 'right' | 'left' = 'right'): string {
  if (rows.length < 2) return '';
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const pad = (text: string, column: number): string => {
    const blanks = ' '.repeat((widths[column] as number) - [...text].length);
    return column === 0 || alignment === 'left' ? text + blanks : blanks + text;
  };
  const rule = widths.map((width, column) =>
    column === 0 || alignment === 'left' ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const [head = [], ...body] = rows.map((row) => widths.map((_, column) => pad(row[column] ?? '', column)));
  return [head, rule, ...body].map(line).join('\n');
}
