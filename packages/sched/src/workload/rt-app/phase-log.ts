/**
 * Owns the log of a run of an rt-app file: a row for each time that a phase was run, with rt-app's columns,
 * times in us.
 */
import { Distribution } from '../../metrics/distribution.ts';
import type { Figure } from '../workload.ts';

export interface PhaseRow {
  readonly thread: string;
  readonly idx: number;
  /** Thousands of loops of work. */
  readonly perf: number;
  /** From the begin of each run event to its end. */
  readonly run: number;
  readonly period: number;
  readonly start: number;
  readonly end: number;
  readonly rel_st: number;
  /** From the last timer event to the time for which it is set; negative: it was too late. */
  readonly slack: number;
  readonly c_duration: number;
  readonly c_period: number;
  /** From the time for which timers were set to going on. */
  readonly wu_lat: number;
}

const COLUMNS: readonly (readonly [Exclude<keyof PhaseRow, 'thread' | 'idx'>, number])[] = [
  ['perf', 8],
  ['run', 8],
  ['period', 8],
  ['start', 15],
  ['end', 15],
  ['rel_st', 15],
  ['slack', 10],
  ['c_duration', 10],
  ['c_period', 10],
  ['wu_lat', 10],
];

const US = 1000;

export class PhaseLog {
  readonly rows: PhaseRow[] = [];
  readonly #isKept: boolean;
  #latency = new Distribution();
  #phases = 0;
  #slackSum = 0;
  #slackMin = Infinity;
  #late = 0;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(row: PhaseRow): void {
    this.#phases++;
    if (this.#isKept) this.rows.push(row);
  }

  /** A timer event: how early it was, and how late the thread went on, ns. */
  addTimer(slackNs: number, latencyNs: number): void {
    this.#slackSum += slackNs;
    this.#slackMin = Math.min(this.#slackMin, slackNs);
    if (slackNs < 0) this.#late++;
    else this.#latency.add(latencyNs);
  }

  clear(): void {
    this.rows.length = 0;
    this.#latency = new Distribution();
    this.#phases = 0;
    this.#slackSum = 0;
    this.#slackMin = Infinity;
    this.#late = 0;
  }

  figures(): readonly Figure[] {
    const timers = this.#latency.count + this.#late;
    const phases = { name: 'phases', value: this.#phases, unit: '1' };
    if (timers === 0) return [phases];
    return [
      phases,
      { name: 'late', value: this.#late, unit: '1' },
      { name: 'slack mean', value: this.#slackSum / timers, unit: 'ns' },
      { name: 'slack min', value: this.#slackMin, unit: 'ns' },
      { name: 'wu_lat mean', value: this.#latency.mean, unit: 'ns' },
      { name: 'wu_lat p99', value: this.#latency.quantile(0.99), unit: 'ns' },
    ];
  }

  /** The log of a thread, as rt-app writes it. */
  text(thread: string): string {
    const head = `#idx ${COLUMNS.map(([name, width]) => name.padStart(width)).join(' ')}\n`;
    const lines = this.rows
      .filter((row) => row.thread === thread)
      .map((row) => {
        const cells = COLUMNS.map(([name, width]) => `${row[name]}`.padStart(width));
        return `${`${row.idx}`.padStart(4)} ${cells.join(' ')}\n`;
      });
    return head + lines.join('');
  }
}

/** Whole us of ns. */
export function microseconds(ns: number): number {
  return Math.floor(ns / US);
}
