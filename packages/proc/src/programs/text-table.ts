/** Owns laying out rows under headings, as ps and vmstat do. Pure. */
export interface Column {
  readonly heading: string;
  /** Texts stand on the left of their column, numbers on the right. */
  readonly isText?: boolean;
}

/** The lines of a table; the last column is as long as its text. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ heading }, at) =>
    Math.max(heading.length, ...rows.map((row) => row[at].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (columns[at].isText === true ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join(' ')
      .trimEnd();
  return [line(columns.map(({ heading }) => heading)), ...rows.map(line)];
}
