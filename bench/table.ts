/** Tables for people, in Markdown, so that they can be pasted into `README.md`. */

/** @param rows Cells; the first row is the head. All columns but the first are numbers. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

/** At most so many digits after the point. */
export function number(value: number, digits = 1): string {
  return value.toFixed(digits);
}

/** Bytes as mebibytes. */
export function mebibytes(bytes: number): string {
  return `${number(bytes / 1024 / 1024)} MiB`;
}
