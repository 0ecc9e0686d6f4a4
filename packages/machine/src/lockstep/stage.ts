/**
 * Owns the words through which a conductor and the worker of one CPU pass the turn: commands one way, and the
 * other way what the step did and what every strand of the CPU waits for now. The conductor sees nothing else
 * of a CPU.
 *
 *     word 0      turn: 0 the worker's, 1 the conductor's      (futex of both)
 *     word 1..4   command, its argument, 1 if the worker is gone, answer of a choice
 *     word 5      what the worker publishes: a step done, a choice to make, a failure
 *     word 6..10  the step's trace: completed, kind, location, value; number of a choice's alternatives
 *     word 11     number of the turn
 *     word 12..   failure text: length in bytes, bytes
 *     strands     count, then for each: thread, role, ended, has pending, kind, location, comparison,
 *                 wait location, mask, value, alternatives: count, then for each location, mask, comparison,
 *                 value
 */
import type { Condition } from '@smplab/explore';

const TURN = 0;
const LOST = 3;
const COMMAND = 1;
const ARGUMENT = 2;
const ANSWER = 4;
const PUBLISHED = 5;
const COMPLETED = 6;
const KIND = 7;
const LOCATION = 8;
const VALUE = 9;
const ALTERNATIVES = 10;
const SEQUENCE = 11;
const TEXT = 12;
const TEXT_WORDS = 512;
const STRANDS = TEXT + TEXT_WORDS;
export const STAGE_WORDS = 16_384;

export const COMMAND_BEGIN = 1;
export const COMMAND_START = 2;
export const COMMAND_STEP = 3;
export const COMMAND_END = 4;
export const COMMAND_QUIT = 5;
/** All threads have ended: the CPU judges what they left. */
export const COMMAND_FINISH = 6;

export const PUBLISHED_STEP = 1;
export const PUBLISHED_CHOICE = 2;
export const PUBLISHED_FAILURE = 3;
/** The worker is gone, or does not answer: set by who notices. */
export const PUBLISHED_LOST = 4;

/** What a strand is. */
export const ROLE_THREAD = 0;
export const ROLE_IRQ = 1;
export const ROLE_TIMER = 2;
export const ROLE_BACKGROUND_THREAD = 3;

/** What is published of a strand. */
export interface StrandImage {
  readonly td: number;
  readonly role: number;
  readonly ended: boolean;
  readonly pending: PendingImage | null;
}

/** A pending operation as numbers. */
export interface PendingImage {
  readonly kind: number;
  readonly location: number;
  readonly comparison: number;
  readonly waitLocation: number;
  readonly waitMask: number;
  readonly waitValue: number;
  readonly alternatives: readonly Condition[];
}

/** What a step did. */
export interface StepImage {
  readonly completed: boolean;
  readonly kind: number;
  readonly location: number;
  readonly value: number;
}

export class Stage {
  readonly words: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer);
  }

  static create(): Stage {
    const stage = new Stage(new SharedArrayBuffer(STAGE_WORDS * 4));
    stage.words[TURN] = 1;
    return stage;
  }

  // ---- the conductor's side -------------------------------------------------------------------------------

  /** Gives the worker the turn and waits until it gives it back; says what it published. */
  command(command: number, argument: number): number {
    const { words } = this;
    words[COMMAND] = command;
    words[ARGUMENT] = argument;
    return this.#handOver();
  }

  /** Answers a choice; the step goes on. */
  answer(value: number): number {
    this.words[ANSWER] = value;
    return this.#handOver();
  }

  #handOver(): number {
    const { words } = this;
    words[PUBLISHED] = 0;
    Atomics.add(words, SEQUENCE, 1);
    Atomics.store(words, TURN, 0);
    Atomics.notify(words, TURN);
    while (Atomics.load(words, TURN) === 0 && Atomics.load(words, LOST) === 0) Atomics.wait(words, TURN, 0);
    return Atomics.load(words, LOST) === 0 ? words[PUBLISHED] : PUBLISHED_LOST;
  }

  get choiceCount(): number {
    return this.words[ALTERNATIVES];
  }

  get step(): StepImage {
    const { words } = this;
    return {
      completed: words[COMPLETED] !== 0,
      kind: words[KIND],
      location: words[LOCATION],
      value: words[VALUE],
    };
  }

  /** Verdict and message of a failure, one line each. */
  get text(): string {
    const { words } = this;
    const bytes = new Uint8Array(words.buffer, (TEXT + 1) * 4, words[TEXT]);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }

  strands(): StrandImage[] {
    const { words } = this;
    const images: StrandImage[] = [];
    let at = STRANDS;
    for (let left = words[at++]; left > 0; left--) {
      const [td, role, ended, has] = words.subarray(at, at + 4);
      at += 4;
      if (has === 0) {
        images.push({ td, role, ended: ended !== 0, pending: null });
        continue;
      }
      const [kind, location, comparison, waitLocation, waitMask, waitValue, count] = words.subarray(
        at,
        at + 7,
      );
      at += 7;
      const alternatives: Condition[] = [];
      for (let i = 0; i < count; i++, at += 4) {
        alternatives.push({
          location: words[at],
          mask: words[at + 1],
          comparison: words[at + 2] as Condition['comparison'],
          value: words[at + 3],
        });
      }
      const pending = { kind, location, comparison, waitLocation, waitMask, waitValue, alternatives };
      images.push({ td, role, ended: ended !== 0, pending });
    }
    return images;
  }

  /**
   * Number of the turn the worker has, 0 if it has none: one that does not change for long is never given
   * back.
   */
  get turn(): number {
    return Atomics.load(this.words, TURN) === 0 ? Atomics.load(this.words, SEQUENCE) : 0;
  }

  /** Ends the wait of a conductor whose worker is gone. */
  lose(): void {
    Atomics.store(this.words, LOST, 1);
    Atomics.store(this.words, TURN, 1);
    Atomics.notify(this.words, TURN);
  }

  // ---- the worker's side ----------------------------------------------------------------------------------

  /** Waits for the next command; gives it. */
  await(): { command: number; argument: number } {
    const { words } = this;
    while (Atomics.load(words, TURN) !== 0) Atomics.wait(words, TURN, 1);
    return { command: words[COMMAND], argument: words[ARGUMENT] };
  }

  /** Asks the conductor to choose. */
  choose(count: number): number {
    this.words[ALTERNATIVES] = count;
    this.#giveBack(PUBLISHED_CHOICE);
    this.await();
    return this.words[ANSWER];
  }

  /** Publishes what the command did, and gives the turn back. */
  publish(step: StepImage | null, strands: readonly StrandImage[]): void {
    this.#writeStep(step);
    this.#writeStrands(strands);
    this.#giveBack(PUBLISHED_STEP);
  }

  publishFailure(step: StepImage | null, text: string, strands: readonly StrandImage[]): void {
    this.#writeStep(step);
    const bytes = new TextEncoder().encode(text).subarray(0, (TEXT_WORDS - 1) * 4);
    this.words[TEXT] = bytes.length;
    new Uint8Array(this.words.buffer, (TEXT + 1) * 4, bytes.length).set(bytes);
    this.#writeStrands(strands);
    this.#giveBack(PUBLISHED_FAILURE);
  }

  #writeStep(step: StepImage | null): void {
    const { words } = this;
    words[COMPLETED] = step?.completed === true ? 1 : 0;
    words[KIND] = step?.kind ?? 0;
    words[LOCATION] = step?.location ?? 0;
    words[VALUE] = step?.value ?? 0;
  }

  #writeStrands(strands: readonly StrandImage[]): void {
    const { words } = this;
    let at = STRANDS;
    words[at++] = strands.length;
    for (const { td, role, ended, pending } of strands) {
      if (at + 64 > words.length) throw new RangeError('the strands of a CPU do not fit on its stage');
      words.set([td, role, ended ? 1 : 0, pending === null ? 0 : 1], at);
      at += 4;
      if (pending === null) continue;
      const { kind, location, comparison, waitLocation, waitMask, waitValue, alternatives } = pending;
      words.set([kind, location, comparison, waitLocation, waitMask, waitValue, alternatives.length], at);
      at += 7;
      for (const clause of alternatives) {
        words.set([clause.location, clause.mask, clause.comparison, clause.value], at);
        at += 4;
      }
    }
  }

  #giveBack(published: number): void {
    const { words } = this;
    words[PUBLISHED] = published;
    Atomics.store(words, TURN, 1);
    Atomics.notify(words, TURN);
  }
}
