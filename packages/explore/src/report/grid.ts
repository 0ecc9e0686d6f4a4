/**
 * Owns the layout of a finding's table: a column for every strand, the source line at the right. A row has
 * one cell, so cells may reach into the columns right of theirs, and columns can stand closer together than
 * their cells are wide. With too many strands for the width, each row starts with the name of its strand
 * instead.
 */
import type { Paint } from './paint.ts';
import type { Row, StepRow } from './row.ts';
import { clip, oneLine, padTo, textWidth } from './text-width.ts';

const MARGIN = 2;
/** Room for the mark of a context switch before each cell. */
const MARK = 2;
const STRANDS_MAX = 6;
const GAP = 2;

/** A strand of a CPU: which CPU it is on is half of what its name says. */
const ON_CPU = /^cpu\d+\//;

/** Last parts of paths, as many as tell the strands apart; those of a CPU's strands whole. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const parts = ON_CPU.test(path) ? [path] : path.split('/');
    let name = '';
    for (let count = 1; count <= parts.length; count++) {
      name = parts.slice(-count).join('/');
      const suffix = `/${name}`;
      if (!paths.some((other) => other !== path && (other === name || other.endsWith(suffix)))) break;
    }
    names.set(path, oneLine(name));
  }
  return names;
}

/** Source lines as they are shown: whole while that takes little room, else without their folders. */
function sourceNames(rows: readonly StepRow[], width: number): (at: string | null) => string {
  const longest = Math.max(0, ...rows.map((row) => textWidth(row.at ?? '')));
  if (longest <= width / 4) return (at) => at ?? '';
  return (at) => clip(baseName(at ?? ''), Math.floor(width / 3));
}

/** A source line without its folders. */
export function baseName(at: string): string {
  return at.replace(/^.*[/\\]/, '');
}

interface Plan {
  /** Where the cells of a strand start, its mark excluded. */
  readonly offsets: ReadonlyMap<string, number>;
  /** The column of the strand's name, if there is one. */
  readonly nameWidth: number;
  readonly header: string | null;
}

function plan(strands: readonly string[], rows: readonly StepRow[], room: number): Plan {
  const names = shortNames(strands);
  const widest = new Map<string, number>();
  for (const row of rows) {
    if (row.spans) continue;
    const width = textWidth(row.text) + (row.failed ? 2 : 0);
    widest.set(row.strand, Math.max(widest.get(row.strand) ?? 0, width));
  }
  if (strands.length <= STRANDS_MAX) {
    const offsets = columnOffsets(strands, names, widest, room);
    if (offsets !== null) return { offsets, nameWidth: 0, header: headerOf(names, offsets) };
  }
  const nameWidth = Math.min(24, Math.max(...[...names.values()].map(textWidth)));
  const start = MARGIN + nameWidth + GAP + MARK;
  return { offsets: new Map(strands.map((strand) => [strand, start])), nameWidth, header: null };
}

/** Natural columns if they fit, closer ones if need be, null if even those are too wide. */
function columnOffsets(
  strands: readonly string[],
  names: ReadonlyMap<string, string>,
  widest: ReadonlyMap<string, number>,
  room: number,
): Map<string, number> | null {
  const nameOf = (strand: string): number => textWidth(names.get(strand) ?? '');
  for (const share of [1, 0.75, 0.5, 0.35, 0.2, 0]) {
    const offsets = new Map<string, number>();
    let at = MARGIN;
    let end = 0;
    for (const strand of strands) {
      // A cell wider than that is cut rather than given the page.
      const cell = Math.min(widest.get(strand) ?? 0, Math.floor(room * 0.6));
      offsets.set(strand, at + MARK);
      end = Math.max(end, at + MARK + Math.max(cell, nameOf(strand)));
      at += MARK + Math.max(nameOf(strand), Math.ceil(cell * share)) + GAP;
    }
    if (end <= room) return offsets;
  }
  return null;
}

function headerOf(names: ReadonlyMap<string, string>, offsets: ReadonlyMap<string, number>): string {
  let line = '';
  for (const [strand, offset] of offsets) line = padTo(line, offset) + (names.get(strand) ?? '');
  return line;
}

/** The lines of the table. */
export function grid(
  rows: readonly Row[],
  strands: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const steps = rows.filter((row): row is StepRow => 'strand' in row);
  const used = strands.filter((strand) => steps.some((row) => row.strand === strand));
  const sourceOf = sourceNames(steps, width);
  const sourceWidth = Math.max(0, ...steps.map((row) => textWidth(sourceOf(row.at))));
  const room = width - (sourceWidth === 0 ? 0 : sourceWidth + GAP);
  const { offsets, nameWidth, header } = plan(used, steps, room);
  const names = shortNames(used);
  const cells = steps.map((row) => {
    const start = offsets.get(row.strand) ?? MARGIN;
    return clip(row.text, Math.max(8, room - start - (row.failed ? 2 : 0)));
  });
  const ends = steps.map(
    (row, i) => (offsets.get(row.strand) ?? 0) + textWidth(cells[i]) + (row.failed ? 2 : 0),
  );
  const sourceAt = Math.max(...ends, header === null ? 0 : textWidth(header)) + GAP;
  const lines = header === null ? [] : [paint.bold(header)];
  let step = 0;
  let before = '';
  for (const row of rows) {
    if (!('strand' in row)) {
      const where = lines.some((line) => line.includes('steps hidden'))
        ? ''
        : ' (--out DIR and --json have them all)';
      lines.push(paint.dim(`  … ${row.hidden} steps hidden${where}`));
      continue;
    }
    const name = nameWidth === 0 || before === row.strand ? '' : clip(names.get(row.strand) ?? '', nameWidth);
    const lead = padTo(' '.repeat(MARGIN) + name, (offsets.get(row.strand) ?? MARGIN) - MARK);
    const mark = row.switched ? paint.accent('⇄ ') : '  ';
    const cell = row.failed ? paint.bad(`${cells[step]} ✗`) : cells[step];
    const blank = ' '.repeat(Math.max(1, sourceAt - ends[step]));
    const source = sourceOf(row.at);
    lines.push((lead + mark + cell + (source === '' ? '' : blank + paint.dim(source))).trimEnd());
    before = row.strand;
    step++;
  }
  return lines;
}
