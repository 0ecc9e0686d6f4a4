/**
 * Owns the detailed trace of one run: every step with its text, value and source stack, peeks, choices and
 * logs, and the context switches between steps. Costs microseconds a step, so it watches single runs only.
 */
import type { Execution } from '../engine/execution.ts';
import { WRITE } from '../engine/footprint.ts';
import {
  type Operation,
  type OperationKind,
  RETURNS_BOOLEAN,
  RETURNS_NOTHING,
  type Target,
} from '../engine/operation.ts';
import type { Strand } from '../engine/strand.ts';
import type { TraceStep } from '../report/result.ts';
import { HeldLocks } from './held-locks.ts';
import { callOf } from './call.ts';
import { siteOf } from './site.ts';
import { SwitchCounter } from './switch-counter.ts';

/** A row of the trace, before its stack is turned into a line. */
export interface TraceRow {
  readonly strand: number;
  /** Own step of the strand it belongs to. */
  readonly ownStep: number;
  readonly location: number;
  readonly op: string;
  readonly object: string;
  /** Of a plain write completed when the next row comes: it may be told before it is made. */
  text: string;
  readonly value: number | boolean | null;
  readonly stack: string | null;
  readonly switched: boolean;
  readonly isStep: boolean;
  readonly holding: readonly string[];
}

/**
 * Rows kept of a run, and rows that get their source line: a run cut at its step limit has far more than
 * anyone reads.
 */
const MAXIMUM_ROWS = 5000;
const ROWS_WITH_STACKS = 1000;

export class TraceObserver extends SwitchCounter {
  readonly rows: TraceRow[] = [];
  readonly #locks = new HeldLocks();
  readonly #wantsStacks: boolean;
  /** Number of rows when the current step began. */
  #stepStart = 0;
  /** The last row, if it is that of a plain write. */
  #written: TraceRow | null = null;
  /** What the current step performs; by its end the strand may have another operation, or none. */
  #performed: Operation | null = null;

  constructor(execution: Execution, wantsStacks = true) {
    super(execution);
    this.#wantsStacks = wantsStacks;
  }

  override get wantsStacks(): boolean {
    return this.#wantsStacks && this.rows.length < ROWS_WITH_STACKS;
  }

  override onTurn(strand: Strand): void {
    super.onTurn(strand);
    this.#stepStart = this.rows.length;
    this.#performed = strand.pending;
  }

  override onStep(operation: Operation, kind: OperationKind, location: number, value: number): void {
    this.#locks.step(operation, kind, location, value);
    this.#addStep(operation, kind, location, value);
  }

  onAccess(strand: Strand, location: number, access: number, target: Target): void {
    const object = target.describe(location);
    if ((access & WRITE) === 0) {
      this.#add(strand, location, 'peek', object, `${object}.peek()`, this.#valueAt(location));
      return;
    }
    this.#written = this.#add(strand, location, 'write', object, `${object}.write()`, null);
  }

  onChoose(strand: Strand, value: number, count: number): void {
    this.#add(strand, 0, 'choose', '', `choose(${count})`, value);
  }

  onLog(strand: Strand | null, text: string): void {
    if (strand !== null) this.#add(strand, 0, 'log', '', text, null);
  }

  /** After a run: the operation that failed while it was being performed becomes the last row. */
  finish(): void {
    const { failure, previous } = this.execution;
    if (failure === null || previous === null || previous.ended) return;
    const performed = this.rows.some(
      (row) => row.isStep && row.strand === previous.index && row.ownStep === previous.ownSteps,
    );
    const operation = this.#performed;
    if (performed || operation === null) return;
    this.#addStep(operation, operation.kind, operation.location, null);
  }

  /** The trace as results carry it. */
  steps(): TraceStep[] {
    this.#completeWrite();
    return this.rows.map((row) => ({
      strand: this.execution.strands[row.strand].path,
      op: row.op,
      object: row.object,
      text: row.text,
      value: row.value,
      at: siteOf(row.stack),
      switched: row.switched,
      isStep: row.isStep,
      ...callOf(row.stack),
    }));
  }

  #valueAt(location: number): number {
    return this.execution.memory.words[location];
  }

  #completeWrite(): void {
    const row = this.#written;
    if (row === null) return;
    this.#written = null;
    row.text = `${row.object}.write(${this.#valueAt(row.location)})`;
  }

  #addStep(operation: Operation, kind: OperationKind, location: number, value: number | null): void {
    this.#completeWrite();
    if (this.rows.length >= MAXIMUM_ROWS) return;
    const object = operation.target?.describe(location) ?? '';
    const parameters = kind.parameters?.(operation) ?? '';
    // What a child did within its spawn belongs below it.
    const place = kind.label === 'spawn' ? this.#stepStart : this.rows.length;
    const call = `${kind.label}(${parameters})`;
    this.rows.splice(place, 0, {
      strand: operation.strand.index,
      ownStep: operation.strand.ownSteps,
      location,
      op: kind.label,
      object: kind.label === 'spawn' ? parameters : object,
      text: object === '' ? call : `${object}.${call}`,
      value: value === null ? null : valueOf(kind, value),
      stack: operation.stack,
      switched: this.switched,
      isStep: true,
      holding: this.#holding(operation.strand),
    });
  }

  #holding(strand: Strand): string[] {
    const { execution } = this;
    const own = execution.program?.holding?.(execution, strand) ?? [];
    return [...this.#locks.of(strand.index), ...own];
  }

  #add(
    strand: Strand,
    location: number,
    op: string,
    object: string,
    text: string,
    value: number | null,
  ): TraceRow | null {
    this.#completeWrite();
    if (this.rows.length >= MAXIMUM_ROWS) return null;
    const row = {
      strand: strand.index,
      ownStep: strand.ownSteps,
      location,
      op,
      object,
      text,
      value,
      stack: this.wantsStacks ? (new Error().stack ?? null) : null,
      switched: false,
      isStep: false,
      holding: this.#holding(strand),
    };
    this.rows.push(row);
    return row;
  }
}

function valueOf(kind: OperationKind, value: number): number | boolean | null {
  if (kind.returns === RETURNS_NOTHING || kind.label === 'spawn') return null;
  return kind.returns === RETURNS_BOOLEAN ? value !== 0 : value;
}
