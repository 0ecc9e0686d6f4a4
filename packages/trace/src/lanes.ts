/**
 * Owns the view of a trace for a terminal: a lane for each CPU, one column for a span of time, in it the
 * letter of who ran there for most of it; marks where threads were woken for that CPU; on request a lane for
 * each thread with its states; and a legend.
 */
import type { Trace } from './event.ts';
import { endOf, runsOf, type StateInterval, type StateName, statesOf } from './intervals.ts';
import { ThreadTable } from './thread-table.ts';

export interface LaneOptions {
  /** Columns of the whole view; default 100. */
  readonly width?: number;
  /** Default true: lines and blocks that not every terminal has. */
  readonly unicode?: boolean;
  /** Whether there is a lane for each thread as well; default false. */
  readonly threads?: boolean;
  /** The part of the trace that is shown; default all. */
  readonly fromNs?: number;
  readonly untilNs?: number;
}

interface Signs {
  readonly edge: string;
  readonly idle: string;
  readonly wakeup: string;
  readonly states: Readonly<Record<StateName, string>>;
}

const UNICODE: Signs = {
  edge: '│',
  idle: '·',
  wakeup: '▲',
  states: { running: '█', runnable: '░', sleeping: '·' },
};
const ASCII: Signs = {
  edge: '|',
  idle: '.',
  wakeup: '^',
  states: { running: '#', runnable: '-', sleeping: '.' },
};
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Of threads for which no letter is left. */
const OTHER = '*';
const LEAST_COLUMNS = 10;
const DEFAULT_WIDTH = 100;
const NAME_WIDTH = 16;

/** The view, without an end of line at its end. */
export function toLanes(trace: Trace, options: LaneOptions = {}): string {
  return new Lanes(trace, options).lines().join('\n');
}

/** Which of several there was most of in each column. */
class Columns {
  readonly #from: number;
  readonly #columnNs: number;
  readonly #best: Float64Array;
  readonly cells: string[];

  constructor(from: number, columnNs: number, count: number, empty: string) {
    this.#from = from;
    this.#columnNs = columnNs;
    this.#best = new Float64Array(count);
    this.cells = new Array<string>(count).fill(empty);
  }

  /** Columns that something touches, with the share that it takes of each. */
  add(sign: string, startNs: number, endNs: number): void {
    const first = Math.max(0, Math.floor((startNs - this.#from) / this.#columnNs));
    for (let at = first; at < this.cells.length; at++) {
      const from = this.#from + at * this.#columnNs;
      const share = Math.min(endNs, from + this.#columnNs) - Math.max(startNs, from);
      if (share <= 0) return;
      if (share <= this.#best[at]) continue;
      this.#best[at] = share;
      this.cells[at] = sign;
    }
  }

  mark(sign: string, timeNs: number): void {
    const at = Math.min(this.cells.length - 1, Math.floor((timeNs - this.#from) / this.#columnNs));
    if (at >= 0) this.cells[at] = sign;
  }
}

class Lanes {
  readonly #trace: Trace;
  readonly #threads: ThreadTable;
  readonly #letters: ReadonlyMap<number, string>;
  readonly #signs: Signs;
  readonly #states: readonly StateInterval[];
  readonly #runs: readonly StateInterval[];
  readonly #wantsThreads: boolean;
  readonly #from: number;
  readonly #until: number;
  readonly #margin: number;
  readonly #columns: number;
  readonly #columnNs: number;

  constructor(
    trace: Trace,
    { width = DEFAULT_WIDTH, unicode = true, threads = false, ...part }: LaneOptions,
  ) {
    this.#trace = trace;
    this.#states = statesOf(trace);
    this.#runs = runsOf(this.#states);
    this.#threads = new ThreadTable(trace);
    this.#letters = new Map(trace.threads.slice(0, LETTERS.length).map(({ tid }, at) => [tid, LETTERS[at]]));
    this.#signs = unicode ? UNICODE : ASCII;
    this.#wantsThreads = threads;
    this.#from = part.fromNs ?? trace.events[0]?.timeNs ?? 0;
    this.#until = Math.max(this.#from + 1, part.untilNs ?? endOf(trace));
    const names = threads ? trace.threads.map(({ tid }) => this.#nameOf(tid).length) : [];
    this.#margin = Math.max(`CPU ${trace.cpus - 1}`.length, ...names) + 1;
    this.#columns = Math.max(LEAST_COLUMNS, width - this.#margin - 2);
    this.#columnNs = (this.#until - this.#from) / this.#columns;
  }

  lines(): string[] {
    const lines = [this.#scale()];
    for (let cpu = 0; cpu < this.#trace.cpus; cpu++) lines.push(...this.#cpuLane(cpu));
    if (this.#wantsThreads) {
      const seen = new Set(this.#states.map(({ tid }) => tid));
      const shown = this.#trace.threads.filter(({ tid }) => seen.has(tid));
      lines.push('', ...shown.map(({ tid }) => this.#threadLane(tid)));
    }
    return [...lines, '', ...this.#legend()].map((line) => line.trimEnd());
  }

  #nameOf(tid: number): string {
    const { name } = this.#threads.get(tid, 0);
    const letter = this.#letterOf(tid);
    return `${letter} ${name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}~` : name}`;
  }

  #letterOf(tid: number): string {
    return this.#letters.get(tid) ?? OTHER;
  }

  #empty(sign: string): Columns {
    return new Columns(this.#from, this.#columnNs, this.#columns, sign);
  }

  #lane(name: string, cells: readonly string[]): string {
    const { edge } = this.#signs;
    return `${name.padEnd(this.#margin)}${edge}${cells.join('')}${edge}`;
  }

  /** From when to when, and what a column is. */
  #scale(): string {
    const [from, until] = [durationOf(this.#from), durationOf(this.#until)];
    const gap = this.#columns + 2 - from.length;
    return ' '.repeat(this.#margin) + from + until.padStart(Math.max(until.length + 1, gap));
  }

  #cpuLane(cpu: number): string[] {
    const lane = this.#empty(this.#signs.idle);
    for (const { cpu: of, tid, startNs, endNs } of this.#runs)
      if (of === cpu) lane.add(this.#letterOf(tid), startNs, endNs);
    const marks = this.#empty(' ');
    for (const event of this.#trace.events) {
      const isShown = event.timeNs >= this.#from && event.timeNs <= this.#until;
      if (event.kind === 'waking' && event.targetCpu === cpu && isShown)
        marks.mark(this.#signs.wakeup, event.timeNs);
    }
    const hasMarks = marks.cells.some((cell) => cell !== ' ');
    const under = ' '.repeat(this.#margin + 1) + marks.cells.join('');
    return [this.#lane(`CPU ${cpu}`, lane.cells), ...(hasMarks ? [under] : [])];
  }

  #threadLane(tid: number): string {
    const lane = this.#empty(' ');
    for (const { tid: of, state, startNs, endNs } of this.#states)
      if (of === tid) lane.add(this.#signs.states[state], startNs, endNs);
    return this.#lane(this.#nameOf(tid), lane.cells);
  }

  #legend(): string[] {
    const { idle, wakeup, states } = this.#signs;
    const ran = new Set(this.#runs.map(({ tid }) => tid));
    const shown = this.#trace.threads.filter(({ tid }) => ran.has(tid));
    const named = shown.filter(({ tid }) => this.#letters.has(tid));
    const letters = named.map(({ tid, name }) => `${this.#letterOf(tid)} ${name}`);
    const others = shown.length === named.length ? [] : [`${OTHER} others`];
    const signs = [
      `${idle} idle`,
      `${wakeup} woken for this CPU`,
      `a column is ${durationOf(this.#columnNs)}`,
    ];
    const legend = filled([...letters, ...others, ...signs], this.#margin + this.#columns + 2);
    if (!this.#wantsThreads) return legend;
    return [
      ...legend,
      Object.entries(states)
        .map(([state, sign]) => `${sign} ${state}`)
        .join('  '),
    ];
  }
}

/** Texts two blanks apart, in lines of a width. */
function filled(texts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + text.length <= width)
      lines[lines.length - 1] = `${last}  ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** `1.5 ms`: three digits that matter, in the unit in which they are read most easily. */
function durationOf(ns: number): string {
  const [unit, size] = ns >= 1e9 ? ['s', 1e9] : ns >= 1e6 ? ['ms', 1e6] : ns >= 1e3 ? ['us', 1e3] : ['ns', 1];
  return `${Number((ns / size).toPrecision(4))} ${unit}`;
}
