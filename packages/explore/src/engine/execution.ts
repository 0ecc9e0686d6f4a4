/**
 * Owns one machine under the explorer and runs it, one schedule after another: the strands, which of them can
 * move, the words they share, the failure that ended the run. Everything of a run lives in kmem words and in
 * the objects here; a run starts by forgetting the last one. Single-threaded: many executions run side by
 * side on a pool of workers, never on one.
 */
import { findLostWakeup } from '../detect/lost-wakeup.ts';
import { describeDeadlock, findDeadlock } from '../detect/wait-graph.ts';
import { judgeStepLimit } from '../detect/livelock.ts';
import { ALWAYS, EQUAL, OTHER_STEPPED, PREDICATE, holds } from './condition.ts';
import { ATOMIC, READ, RELAXED, WRITE } from './footprint.ts';
import { forgotten, type Operation, type OperationKind, type Target } from './operation.ts';
import type { Program } from './program.ts';
import { Recorder } from './recorder.ts';
import { active, RunState } from './run-state.ts';
import type { Strand } from './strand.ts';
import { STRAND_ENDED, STRAND_RESULT } from './strand.ts';
import type { Strategy } from './strategy.ts';
import { RunStopped } from './verdict.ts';

export type { ExecutionOptions, Program, StepObserver } from './program.ts';
export { activeExecution } from './run-state.ts';

export const MAXIMUM_STRANDS = 1024;

export class Execution extends RunState {
  readonly recorder = new Recorder();
  /** All strands of the run by index; only the first `strandCount` belong to it. */
  readonly strands: Strand[] = [];
  strandCount = 0;
  /** Strands that can move, by index; only the first `enabledCount` count. */
  readonly enabled: Strand[] = [];
  enabledCount = 0;
  /** The strand that made the last step. */
  previous: Strand | null = null;
  /** During a step: a strand other than the one that steps waits for something new. */
  othersWait = false;
  /** A detector is looking ahead (probe.ts): nothing of it counts. */
  isProbing = false;
  /** Written once a step for a watchdog on another thread: run, step and strand index. */
  heartbeat: Int32Array | null = null;
  /** Strands that have not ended, by index. */
  readonly #live: Strand[] = [];
  #liveCount = 0;
  #strategy: Strategy | null = null;
  #program: Program | null = null;
  /** The set of enabled strands can only have changed by the conditions of those in `#waiting`. */
  #isSettled = false;
  readonly #waiting: Strand[] = [];
  readonly #couldMove: boolean[] = [];
  #waitingCount = 0;
  /** Strands of machines change each other's operations, which only they know. */
  #onlyThreads = true;

  /** Strands that have not ended, oldest first. */
  liveStrands(): Strand[] {
    return this.#live.slice(0, this.#liveCount);
  }

  /**
   * Runs one schedule of the program under the strategy (which has begun it). The outcome is in `failure`,
   * null if none.
   */
  execute(program: Program, strategy: Strategy): void {
    this.#begin(program, strategy);
    this.#guarded(() => {
      program.start(this);
      this.syncWords();
      this.#loop(strategy);
      if (this.failure === null) program.finish?.(this);
    });
    strategy.end?.(this);
  }

  /**
   * Runs a program that is a part of a larger one, whose conductor says which strand moves next, until it
   * says null. `strategy` is asked for the choices of the program only. A failure ends the part and stays in
   * `failure`; nothing is judged here, since only the conductor sees all strands.
   */
  drive(program: Program, strategy: Strategy, next: () => Strand | null): void {
    this.begin(program, strategy);
    this.goOn(next);
  }

  /** Everything up to the first step. */
  begin(program: Program, strategy: Strategy): void {
    this.#begin(program, strategy);
    this.#guarded(() => program.start(this));
  }

  /** The second half, which may be done in parts: `next` says null to have a pause, too. */
  goOn(next: () => Strand | null): void {
    if (this.failure !== null) return;
    this.#guarded(() => {
      for (let strand = next(); strand !== null; strand = next()) {
        this.step(strand);
        if (this.failure !== null) break;
      }
    });
  }

  /** Runs code of the program: what it throws is a failure of the run. */
  #guarded(code: () => void): void {
    active.execution = this;
    try {
      code();
    } catch (error) {
      this.caught(error);
    } finally {
      active.execution = null;
      this.current = null;
    }
  }

  #begin(program: Program, strategy: Strategy): void {
    this.run = (this.run + 1) | 0;
    this.steps = 0;
    this.failure = this.thrown = null;
    this.current = this.granted = this.previous = null;
    this.strandCount = 0;
    this.#liveCount = 0;
    this.enabledCount = 0;
    this.#strategy = strategy;
    this.#program = program;
    this.evaluating = null;
    this.#isSettled = false;
    this.#onlyThreads = true;
    this.resetArena();
    this.recorder.reset();
  }

  #loop(strategy: Strategy): void {
    const observing = strategy.stepped !== undefined;
    while (this.failure === null) {
      const count = this.refreshEnabled();
      if (count === 0) {
        this.#judgeStuck();
        return;
      }
      if (this.steps >= this.maxSteps) {
        judgeStepLimit(this);
        return;
      }
      let strand = this.enabled[0];
      if (count > 1) {
        strand = this.enabled[strategy.pick(this)];
        this.recorder.decide(strand.index);
      }
      if (observing) {
        const operation = strand.pending as Operation;
        const { location, kind } = operation;
        this.step(strand);
        strategy.stepped?.(this, strand, location, kind.access);
      } else {
        this.step(strand);
      }
    }
  }

  /** Nobody can move: a wakeup was lost, or it is a deadlock. */
  #judgeStuck(): void {
    const stuck = this.liveStrands().filter((strand) => !strand.isBackground);
    if (stuck.length === 0 || this.#program?.stuck?.(this, stuck) === true) return;
    const deadlock = describeDeadlock(this, stuck);
    if (!findLostWakeup(this, stuck)) this.fail('deadlock', ...deadlock);
  }

  /** Lets one strand make its step. Outside the loop only detectors do this, to see how a run would go on. */
  step(strand: Strand): void {
    if (this.observer !== null) this.observer.onTurn?.(strand);
    this.steps++;
    strand.ownSteps++;
    this.current = strand;
    this.granted = strand;
    this.previous = strand;
    this.othersWait = false;
    const heartbeat = this.heartbeat;
    if (heartbeat !== null) {
      heartbeat[0] = this.run;
      heartbeat[1] = this.steps;
      heartbeat[2] = strand.index;
    }
    const waited = (strand.pending as Operation).comparison !== ALWAYS;
    const { strandCount } = this;
    strand.step();
    this.current = null;
    if (!this.#onlyThreads) this.syncWords();
    const pending = strand.pending;
    if (pending !== null && pending.comparison === ALWAYS && !this.othersWait) {
      this.#isSettled = !waited && this.#onlyThreads && strandCount === this.strandCount;
      return;
    }
    this.#isSettled = false;
    findDeadlock(this, strand);
  }

  /** Works out which strands can move; returns how many. Yielders wait while anything else can. */
  refreshEnabled(): number {
    return this.#isSettled && this.#isUnchanged() ? this.enabledCount : this.#rebuildEnabled();
  }

  /** Whether each waiting strand can move, or cannot, as before. */
  #isUnchanged(): boolean {
    const waiting = this.#waiting;
    for (let i = 0; i < this.#waitingCount; i++) {
      const operation = waiting[i].pending as Operation;
      if (operation.comparison === OTHER_STEPPED || this.isEnabled(operation) !== this.#couldMove[i])
        return false;
    }
    return true;
  }

  #rebuildEnabled(): number {
    const live = this.#live;
    const enabled = this.enabled;
    const liveCount = this.#liveCount;
    let count = 0;
    let waiting = 0;
    let resting = 0;
    for (let i = 0; i < liveCount; i++) {
      const strand = live[i];
      const operation = strand.pending;
      if (operation === null) continue;
      if (operation.comparison === ALWAYS) {
        enabled[count++] = strand;
        continue;
      }
      const canMove = this.isEnabled(operation);
      if (canMove) enabled[count++] = strand;
      else if (operation.comparison === OTHER_STEPPED) resting++;
      // The end of a strand always makes the set anew.
      if (!canMove && operation.kind.waitsForEnd === true) continue;
      this.#waiting[waiting] = strand;
      this.#couldMove[waiting++] = canMove;
    }
    this.#waitingCount = waiting;
    if (count === 0 && resting > 0) {
      for (let i = 0; i < liveCount; i++) {
        const strand = live[i];
        if (strand.pending?.comparison === OTHER_STEPPED) enabled[count++] = strand;
      }
    }
    this.enabledCount = count;
    return count;
  }

  /** Whether the operation's condition holds now. */
  isEnabled(operation: Operation): boolean {
    const { comparison, waitLocation, alternatives } = operation;
    if (comparison === EQUAL && (this.words[waitLocation] & operation.waitMask) === operation.waitValue)
      return true;
    if (comparison === OTHER_STEPPED) return this.steps > operation.a;
    if (comparison === PREDICATE) return this.#evaluate(operation);
    if (holds(this.words[waitLocation], operation.waitMask, comparison, operation.waitValue)) return true;
    if (alternatives === null) return false;
    for (const clause of alternatives) {
      if (holds(this.words[clause.location], clause.mask, clause.comparison, clause.value)) return true;
    }
    return false;
  }

  #evaluate(operation: Operation): boolean {
    this.evaluating = operation;
    const held = (operation.predicate as () => boolean)();
    this.evaluating = null;
    return held;
  }

  // ---- creation ---------------------------------------------------------------------------------------

  /**
   * A new strand of this run; `make` is given what an earlier run left in its slot, to be used again if it
   * fits.
   */
  addStrand<S extends Strand>(
    name: string,
    parent: Strand | null,
    make: (existing: Strand | undefined) => S,
  ): S {
    const index = this.strandCount;
    if (index >= MAXIMUM_STRANDS) {
      this.misuse(`the scenario spawned more than ${MAXIMUM_STRANDS} threads in one run`);
    }
    const strand = make(this.strands[index]);
    this.strands[index] = strand;
    this.strandCount = index + 1;
    if (strand.thread === null) this.#onlyThreads = false;
    strand.reuse(index, name, parent, this.allocateStrand(index));
    this.clocks.addStrand(strand, parent, this.strands);
    this.#live[this.#liveCount++] = strand;
    return strand;
  }

  /** The strand has made its last step. */
  endStrand(strand: Strand, result: number): void {
    strand.ended = true;
    strand.pending = null;
    // Whoever waits for a strand of a machine that another's step ended may now wait in vain.
    if (strand !== this.previous && strand.thread === null) this.othersWait = true;
    this.words[strand.location + STRAND_ENDED] = 1;
    this.words[strand.location + STRAND_RESULT] = result;
    const live = this.#live;
    const last = --this.#liveCount;
    let at = live.indexOf(strand);
    for (; at < last; at++) live[at] = live[at + 1];
  }

  // ---- called by operations ---------------------------------------------------------------------------

  /**
   * The running strand, for code that is creating an operation; refuses when there is none or one was
   * forgotten.
   */
  creator(what: string): Strand {
    const strand = this.current;
    if (this.evaluating !== null) {
      return this.misuse(
        `${what} was called in a predicate of waitUntil, which must call no operation: use peek()`,
      );
    }
    if (strand === null) return this.misuse(`${what} was called outside a running thread`);
    if (strand.armed !== null) return this.misuseOf(strand.armed);
    return strand;
  }

  /** An operation was created and never yielded: reported where it was created. */
  misuseOf(operation: Operation): never {
    return this.stop('scenario-misuse', forgotten(operation), { stack: operation.stack });
  }

  /** Called by an operation that was just announced. */
  announced(operation: Operation): void {
    const { strand } = operation;
    const before = strand.pending;
    if (before !== null && before !== operation && !before.idle) this.misuseOf(before);
    strand.pending = operation;
    if (operation.comparison === ALWAYS) return;
    if (strand !== this.previous) this.othersWait = true;
    operation.kind.announced?.(this, operation);
  }

  /** Called by an operation that was just performed: the trace of the step. */
  complete(operation: Operation, kind: OperationKind, location: number, value: number): void {
    if (this.failure !== null) throw new RunStopped();
    this.recorder.step(operation.strand.index, kind.code, location, value);
    if (this.observer !== null) this.observer.onStep(operation, kind, location, value);
  }

  /** A read within the current step that is not its operation: `peek`. */
  peek(location: number, target: Target, access: number): number {
    const strand = this.evaluating === null ? this.current : null;
    if (strand === null) {
      if (this.evaluating === null)
        this.misuse(`${target.describe(location)}.peek() was called outside a running thread`);
      return this.words[location];
    }
    if (strand.armed !== null) this.misuseOf(strand.armed);
    this.addAccess(strand, location, access | READ, target);
    return this.words[location];
  }

  /**
   * Adds an access to the current step of the strand: orders it (reads of atomic words) or checks it for
   * races (plain words).
   */
  addAccess(strand: Strand, location: number, access: number, target: Target): void {
    if (this.racesOn) {
      if ((access & ATOMIC) !== 0) this.clocks.acquire(strand, location);
      else if ((access & RELAXED) === 0) {
        if ((access & WRITE) !== 0) this.racesSeen.write(strand, location);
        else this.racesSeen.read(strand, location);
      }
    }
    this.observer?.onAccess?.(strand, location, access, target);
  }

  /** Decides `choose(count)` within the current step. */
  choose(count: number): number {
    const strand = this.creator('choose');
    let value = 0;
    if (count > 1 && !this.isProbing) {
      value = (this.#strategy as Strategy).choose(count, this);
      this.recorder.decide(value);
    }
    this.observer?.onChoose?.(strand, value, count);
    return value;
  }

  /** Paths of the strands of this run, by index. */
  paths(): string[] {
    return this.strands.slice(0, this.strandCount).map((strand) => strand.path);
  }

  /** The program of the current run, for reports. */
  get program(): Program | null {
    return this.#program;
  }
}
