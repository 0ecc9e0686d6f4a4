/**
 * Owns the rows of the table of a finding: the steps of a trace as a reader wants them, with spawns and joins
 * of one strand on one row, the failing row marked, and long stretches in which nothing changes hands left
 * out.
 */
import type { Finding, TraceStep } from './result.ts';
import { oneLine } from './text-width.ts';

/** One row: a cell in the column of its strand. */
export interface StepRow {
  readonly strand: string;
  readonly text: string;
  readonly at: string | null;
  /** The strand before could have gone on. */
  readonly switched: boolean;
  /** The failure happened here. */
  readonly failed: boolean;
  /** About the threads as a whole (spawn, join): may be wide without pushing the columns apart. */
  readonly spans: boolean;
}

/** A row that stands for those left out. */
interface GapRow {
  readonly hidden: number;
}

export type Row = StepRow | GapRow;

/** Rows that are kept at the ends of a table that is too long. */
const HEAD_ROWS = 6;
const TAIL_ROWS = 24;
/** Rows around a switch that are shown where most are not. */
const NEAR_ROWS = 3;
/** A gap of fewer rows is not worth its line. */
const GAP_ROWS_MIN = 3;

/** `spawn(t1)` → `t1`; `t1.join()` → `t1`. */
function subjectOf(step: TraceStep): string {
  if (step.op === 'spawn') return /^spawn\((.*)\)$/.exec(step.text)?.[1] ?? step.object;
  return /^(.*)\.join\(\)$/.exec(step.text)?.[1] ?? step.object;
}

function shown(value: TraceStep['value']): string {
  return value === null ? '' : ` → ${value}`;
}

/** What a step's cell says. */
function cellText(step: TraceStep): string {
  switch (step.op) {
    case 'spawn':
      return `spawn ${subjectOf(step)}`;
    case 'join':
      return `join ${subjectOf(step)}${step.value === 0 ? '' : shown(step.value)}`;
    case 'peek':
      return step.value === null ? step.text : `${step.object}${shown(step.value)}`;
    case 'log':
      return step.text.startsWith('log') ? step.text : `log: ${step.text}`;
    default:
      return step.text + shown(step.value);
  }
}

const TOKEN_STEPS: ReadonlySet<string> = new Set(['look', 'change', 'release']);

/** Whether the second step continues the row of the first: spawns, joins and peeks in one go. */
function continues(first: TraceStep, second: TraceStep): boolean {
  if (first.strand !== second.strand || second.switched) return false;
  if (first.call !== undefined) {
    const isOne = first.inKernel === true ? second.inKernel === true : first.at === second.at;
    return isOne && first.call === second.call;
  }
  if (first.op !== second.op || second.call !== undefined) return false;
  if (first.op === 'spawn') return true;
  if (first.op === 'join') return first.value === 0 && second.value === 0;
  return first.op === 'peek' && first.at === second.at && second.value !== null;
}

/** The steps of one call of the kernel are one row. */
function calledRow({ strand, at, switched, op, object }: TraceStep, call: string): StepRow {
  // Token steps name their token, the others words of the kernel that mean little to its users.
  const text = TOKEN_STEPS.has(op) ? `${call}(${object})` : call;
  return { strand, text, at, switched, failed: false, spans: false };
}

function joined(steps: readonly TraceStep[]): StepRow {
  const first = steps[0];
  if (first.call !== undefined) return calledRow(first, first.call);
  const rest = steps.slice(1).map((step) => (step.op === 'peek' ? cellText(step) : subjectOf(step)));
  const sameLine = steps.every((step) => step.at === first.at);
  return {
    strand: first.strand,
    text: oneLine([cellText(first), ...rest].join(', ')),
    at: sameLine ? first.at : null,
    switched: first.switched,
    failed: false,
    spans: first.op === 'spawn' || first.op === 'join',
  };
}

/** Verdicts whose failure lies in the code between two operations, not in an operation. */
const FAILS_BETWEEN: ReadonlySet<Finding['verdict']> = new Set(['assertion', 'panic', 'scenario-misuse']);

/**
 * The row at which the run failed: the last one of the strand at fault if that is it, otherwise one of its
 * own.
 */
function withFailure(rows: readonly StepRow[], finding: Finding): StepRow[] {
  const { strand, verdict, at } = finding;
  const last = rows.at(-1);
  if (strand === null || finding.trace.length === 0) return [...rows];
  const isPeek = finding.trace.at(-1)?.op === 'peek';
  if (
    last?.strand === strand &&
    (isPeek || (!FAILS_BETWEEN.has(verdict) && (at === null || at === last.at)))
  ) {
    return [...rows.slice(0, -1), { ...last, at: at ?? last.at, failed: true }];
  }
  const text = verdict === 'assertion' ? 'assert' : verdict;
  return [...rows, { strand, text, at, switched: false, failed: true, spans: false }];
}

/** A call of the kernel in which others came between is marked where it goes on. */
function continued(rows: readonly StepRow[], calls: readonly (string | undefined)[]): StepRow[] {
  const last = new Map<string, number>();
  return rows.map((row, at) => {
    const before = last.get(row.strand);
    last.set(row.strand, at);
    if (before === undefined || before === at - 1 || calls[at] === undefined) return row;
    const goesOn = calls[before] === calls[at] && rows[before].at === row.at && row.at !== null;
    return goesOn ? { ...row, text: `… ${row.text}` } : row;
  });
}

/** The rows of a finding's trace, all of them. */
export function rowsOf(finding: Finding): StepRow[] {
  const rows: StepRow[] = [];
  const calls: (string | undefined)[] = [];
  let group: TraceStep[] = [];
  for (const step of finding.trace) {
    const last = group.at(-1);
    if (last !== undefined && !continues(last, step)) {
      rows.push(joined(group));
      calls.push(group[0].call);
      group = [];
    }
    group.push(step);
  }
  if (group.length > 0) rows.push(joined(group));
  if (group.length > 0) calls.push(group[0].call);
  return withFailure(continued(rows, calls), finding);
}

/**
 * Leaves out the uninteresting middle of a long table: what is far from its ends and from any change of
 * strand.
 */
export function elide(rows: readonly StepRow[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  const tail = Math.min(TAIL_ROWS, most >> 1);
  const keep = rows.map((row, at) => {
    if (at < HEAD_ROWS || at >= rows.length - tail || row.failed) return true;
    const turns = (index: number): boolean => rows[index].strand !== rows[index - 1].strand;
    return turns(at) || turns(at + 1);
  });
  const kept = (): number => keep.filter(Boolean).length;
  // Strands that take turns all the way leave nothing to hide by that rule: then only switches that nobody
  // was forced into are shown, or, if those are too many, nothing of the middle.
  if (kept() > most) {
    const isNear = (at: number): boolean =>
      rows.slice(Math.max(1, at - NEAR_ROWS + 1), at + NEAR_ROWS + 1).some(({ switched }) => switched);
    for (let at = HEAD_ROWS; at < rows.length - HEAD_ROWS; at++) keep[at] = rows[at].failed || isNear(at);
  }
  if (kept() > most) {
    for (let at = HEAD_ROWS; at < rows.length - (most - HEAD_ROWS); at++) keep[at] = rows[at].failed;
  }
  return closeGaps(rows, keep);
}

function closeGaps(rows: readonly StepRow[], keep: readonly boolean[]): Row[] {
  const result: Row[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at;
    while (end < rows.length && !keep[end]) end++;
    if (end - at >= GAP_ROWS_MIN) result.push({ hidden: end - at });
    else result.push(...rows.slice(at, end));
    if (end < rows.length) result.push(rows[end]);
    at = end + 1;
  }
  return result;
}
