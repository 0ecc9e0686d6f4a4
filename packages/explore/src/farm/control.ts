/**
 * Owns the shared words through which the main thread and the workers of a farm see each other while workers
 * are busy. Every worker writes its own slot only; the main thread writes the head.
 *
 *     head, int32:   +0 stop        1: run no further schedule
 *                    +1 limit       schedules from this number on need not be run
 *                    +2 next slot   taken by each worker with Atomics.add
 *     slot, 16 int32: +0 run  +1 step  +2 strand      heartbeat of the execution
 *                    +3 task        number of the task it works on, 0 when idle
 *                    +4 schedule    number of the schedule it runs; -1, -2 ... for profiling runs
 *                    +5 schedules   run so far (wraps)
 *                    +6 phase       1 loading the user's file, 2 running schedules, 3 examining
 *                    +8 steps       run so far, as a float64 (two words)
 */
const HEAD_WORDS = 16;
const SLOT_WORDS = 16;
const SLOTS = 512;
const BYTES = 4;

const STOP = 0;
const LIMIT = 1;
const NEXT_SLOT = 2;

export const PHASE_LOADING = 1;
export const PHASE_RUNNING = 2;
export const PHASE_EXAMINING = 3;

/** How a slot numbers the profiling runs, which come before schedule 0: -1, -2 ... Its own inverse. */
export function profileNumber(run: number): number {
  return -1 - run;
}

/** One worker's words. */
export class Slot {
  readonly words: Int32Array;
  readonly #steps: Float64Array;

  constructor(buffer: SharedArrayBuffer, index: number) {
    const offset = (HEAD_WORDS + (index % SLOTS) * SLOT_WORDS) * BYTES;
    this.words = new Int32Array(buffer, offset, SLOT_WORDS);
    this.#steps = new Float64Array(buffer, offset + 8 * BYTES, 1);
  }

  get task(): number {
    return this.words[3];
  }

  get schedule(): number {
    return this.words[4];
  }

  get schedules(): number {
    return this.words[5];
  }

  get phase(): number {
    return this.words[6];
  }

  get step(): number {
    return this.words[1];
  }

  get strand(): number {
    return this.words[2];
  }

  get steps(): number {
    return this.#steps[0];
  }

  /** Starts or ends (task 0) a piece of work. */
  begin(task: number, phase: number): void {
    this.words[6] = phase;
    this.words[3] = task;
    this.words[0]++;
  }

  /** A schedule is about to run. */
  enter(schedule: number): void {
    this.words[4] = schedule;
    this.words[1] = 0;
    this.words[2] = 0;
  }

  /** A schedule has been run. */
  count(steps: number): void {
    this.words[5]++;
    this.#steps[0] += steps;
  }

  /** Changes whenever the worker gets anywhere. */
  get pulse(): string {
    const { words } = this;
    return `${words[0]}/${words[1]}/${words[3]}/${words[4]}/${words[6]}`;
  }
}

export class Control {
  readonly #head: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer((HEAD_WORDS + SLOTS * SLOT_WORDS) * BYTES)) {
    this.#head = new Int32Array(buffer, 0, HEAD_WORDS);
  }

  /** Main thread, once: no limit yet. */
  start(): this {
    Atomics.store(this.#head, LIMIT, 0x7fffffff);
    return this;
  }

  stop(): void {
    Atomics.store(this.#head, STOP, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#head, STOP) !== 0;
  }

  /** Schedules from `index` on need not be run; the lowest such number counts. */
  limitTo(index: number): void {
    for (;;) {
      const limit = Atomics.load(this.#head, LIMIT);
      if (index >= limit || Atomics.compareExchange(this.#head, LIMIT, limit, index) === limit) return;
    }
  }

  get limit(): number {
    return Atomics.load(this.#head, LIMIT);
  }

  /** Worker thread, once: the slot it writes. */
  takeSlot(): Slot {
    return new Slot(this.buffer, Atomics.add(this.#head, NEXT_SLOT, 1));
  }

  /** All slots taken so far. */
  slots(): Slot[] {
    const taken = Math.min(SLOTS, Atomics.load(this.#head, NEXT_SLOT));
    return Array.from({ length: taken }, (_, index) => new Slot(this.buffer, index));
  }
}
