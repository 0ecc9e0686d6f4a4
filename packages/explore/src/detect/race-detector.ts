/**
 * Owns data race detection by FastTrack (Flanagan, Freund, PLDI 2009): an epoch per last write, an epoch or a
 * row of clocks for reads, per plain word. Besides the clock it keeps which own step of the strand made the
 * access, so that both sites can be found by running the schedule again with sites on. Runs on the thread
 * that holds the execution.
 *
 *     shadow of one word:  +0 write clock  +1 write strand (-1 none)  +2 write step
 *                          +3 read clock   +4 read strand (-1 none, -2 several)  +5 read step
 *                          +6 row of readers, if several                         +7 state + 1
 *
 * A shadow whose last word is 0 is that of a word nothing was done to in this run: initialised, and never
 * accessed; its other words mean nothing. What makes it another is listed, and undone at the next run, so
 * that a kernel's memory of many thousand words costs a run only what it touches.
 */
import type { Strand } from '../engine/strand.ts';

const WRITE_CLOCK = 0;
const WRITE_STRAND = 1;
const WRITE_STEP = 2;
const READ_CLOCK = 3;
const READ_STRAND = 4;
const READ_STEP = 5;
const READ_ROW = 6;
const STATE = 7;
const UNTOUCHED = 0;
const SHADOW_SHIFT = 3;
const NOBODY = -1;
const SEVERAL = -2;

/** What is known of the contents of a word. */
export const WORD_UNINITIALISED = 0;
export const WORD_INITIALISED = 1;
export const WORD_FREED = 2;
export const WORD_REDZONE = 3;

export type WordState = 0 | 1 | 2 | 3;

/** Races kept of one run; a run that shows more is as wrong as one that shows these. */
const RACES_PER_RUN = 32;

/** One race: an earlier access of `first` and a later one of `second`, unordered. */
export interface RaceAccesses {
  readonly location: number;
  readonly firstStrand: number;
  readonly firstStep: number;
  readonly firstWrites: boolean;
  readonly secondStrand: number;
  readonly secondStep: number;
  readonly secondWrites: boolean;
}

export class RaceDetector {
  #shadow = new Int32Array(0);
  /** Clocks and steps of concurrent readers, by row and strand. */
  readonly #readClocks: Int32Array[] = [];
  readonly #readSteps: Int32Array[] = [];
  #rowsUsed = 0;
  /** Words whose shadow is to be undone before the next run. */
  #touched = new Int32Array(256);
  #touchedCount = 0;
  readonly races: RaceAccesses[] = [];

  reset(): void {
    this.#rowsUsed = 0;
    if (this.races.length > 0) this.races.length = 0;
    const shadow = this.#shadow;
    const touched = this.#touched;
    for (let i = 0; i < this.#touchedCount; i++) shadow[(touched[i] << SHADOW_SHIFT) + STATE] = UNTOUCHED;
    this.#touchedCount = 0;
  }

  /** Takes every word to be one that nothing was done to. */
  forget(): void {
    this.#shadow.fill(0);
    this.#touchedCount = 0;
  }

  resize(words: number): void {
    if (words << SHADOW_SHIFT <= this.#shadow.length) return;
    const shadow = new Int32Array(words << SHADOW_SHIFT);
    shadow.set(this.#shadow);
    this.#shadow = shadow;
  }

  /** Forgets the history of freshly created words, which are created anew in every run that has them. */
  clear(location: number, words: number, initialised: boolean): void {
    const shadow = this.#shadow;
    const state = (initialised ? WORD_INITIALISED : WORD_UNINITIALISED) + 1;
    for (let word = location; word < location + words; word++) {
      const at = word << SHADOW_SHIFT;
      shadow[at + WRITE_STRAND] = NOBODY;
      shadow[at + READ_STRAND] = NOBODY;
      shadow[at + STATE] = state;
    }
  }

  /** Gives words a state for the rest of the run, and forgets who accessed them. */
  setState(location: number, words: number, state: WordState): void {
    const end = location + words;
    this.resize(end);
    for (let word = location; word < end; word++) this.#set(word, state);
  }

  stateOf(location: number): WordState {
    const state = this.#shadow[(location << SHADOW_SHIFT) + STATE];
    return state > UNTOUCHED ? ((state - 1) as WordState) : WORD_INITIALISED;
  }

  /** Whether the word was given a value since it was created. */
  isInitialised(location: number): boolean {
    return this.stateOf(location) !== WORD_UNINITIALISED;
  }

  /** An uninitialised word was written. */
  markInitialised(location: number): void {
    const at = (location << SHADOW_SHIFT) + STATE;
    if (this.#shadow[at] === WORD_UNINITIALISED + 1) this.#shadow[at] = WORD_INITIALISED + 1;
  }

  read(strand: Strand, location: number): void {
    const shadow = this.#shadow;
    const at = location << SHADOW_SHIFT;
    const index = strand.index;
    const clock = strand.clock;
    const epoch = clock[index];
    const reader = shadow[at + READ_STRAND];
    if (!(shadow[at + STATE] > UNTOUCHED)) {
      this.#touch(location);
      this.read(strand, location);
      return;
    }
    if (reader === index && shadow[at + READ_CLOCK] === epoch) return;
    const writer = shadow[at + WRITE_STRAND];
    if (writer >= 0 && writer !== index && shadow[at + WRITE_CLOCK] > clock[writer]) {
      this.#report(location, writer, shadow[at + WRITE_STEP], true, strand, false);
    }
    if (reader === SEVERAL) {
      const row = shadow[at + READ_ROW];
      this.#note(row, index, epoch, strand.ownSteps);
    } else if (reader < 0 || reader === index || shadow[at + READ_CLOCK] <= clock[reader]) {
      shadow[at + READ_CLOCK] = epoch;
      shadow[at + READ_STRAND] = index;
      shadow[at + READ_STEP] = strand.ownSteps;
    } else {
      const row = this.#newRow();
      this.#note(row, reader, shadow[at + READ_CLOCK], shadow[at + READ_STEP]);
      this.#note(row, index, epoch, strand.ownSteps);
      shadow[at + READ_STRAND] = SEVERAL;
      shadow[at + READ_ROW] = row;
    }
  }

  write(strand: Strand, location: number): void {
    const shadow = this.#shadow;
    const at = location << SHADOW_SHIFT;
    const index = strand.index;
    const clock = strand.clock;
    const epoch = clock[index];
    if (!(shadow[at + STATE] > UNTOUCHED)) {
      this.#touch(location);
      this.write(strand, location);
      return;
    }
    const writer = shadow[at + WRITE_STRAND];
    if (writer === index && shadow[at + WRITE_CLOCK] === epoch && shadow[at + READ_STRAND] === NOBODY) return;
    if (writer >= 0 && writer !== index && shadow[at + WRITE_CLOCK] > clock[writer]) {
      this.#report(location, writer, shadow[at + WRITE_STEP], true, strand, true);
    }
    const reader = shadow[at + READ_STRAND];
    if (reader === SEVERAL) this.#checkReaders(location, shadow[at + READ_ROW], strand);
    else if (reader >= 0 && reader !== index && shadow[at + READ_CLOCK] > clock[reader]) {
      this.#report(location, reader, shadow[at + READ_STEP], false, strand, true);
    }
    shadow[at + WRITE_CLOCK] = epoch;
    shadow[at + WRITE_STRAND] = index;
    shadow[at + WRITE_STEP] = strand.ownSteps;
    shadow[at + READ_STRAND] = NOBODY;
    if (shadow[at + STATE] === WORD_UNINITIALISED + 1) shadow[at + STATE] = WORD_INITIALISED + 1;
  }

  /** The first access to a word of this run. */
  #touch(location: number): void {
    if ((location << SHADOW_SHIFT) + STATE >= this.#shadow.length) this.resize(location * 2);
    this.#set(location, WORD_INITIALISED);
  }

  #set(word: number, state: WordState): void {
    const shadow = this.#shadow;
    const at = word << SHADOW_SHIFT;
    if (shadow[at + STATE] === UNTOUCHED) this.#list(word);
    shadow[at + WRITE_STRAND] = NOBODY;
    shadow[at + READ_STRAND] = NOBODY;
    shadow[at + STATE] = state + 1;
  }

  #list(word: number): void {
    if (this.#touchedCount === this.#touched.length) {
      const longer = new Int32Array(this.#touchedCount * 2);
      longer.set(this.#touched);
      this.#touched = longer;
    }
    this.#touched[this.#touchedCount++] = word;
  }

  #checkReaders(location: number, row: number, strand: Strand): void {
    const clocks = this.#readClocks[row];
    const clock = strand.clock;
    const readers = Math.min(clocks.length, clock.length);
    for (let reader = 0; reader < readers; reader++) {
      if (reader !== strand.index && clocks[reader] > clock[reader]) {
        this.#report(location, reader, this.#readSteps[row][reader], false, strand, true);
      }
    }
  }

  #note(row: number, reader: number, clock: number, step: number): void {
    if (reader >= this.#readClocks[row].length) {
      for (const rows of [this.#readClocks, this.#readSteps]) {
        const wider = new Int32Array(reader * 2);
        wider.set(rows[row]);
        rows[row] = wider;
      }
    }
    this.#readClocks[row][reader] = clock;
    this.#readSteps[row][reader] = step;
  }

  #newRow(): number {
    const row = this.#rowsUsed++;
    if (row < this.#readClocks.length) {
      this.#readClocks[row].fill(0);
    } else {
      this.#readClocks.push(new Int32Array(8));
      this.#readSteps.push(new Int32Array(8));
    }
    return row;
  }

  #report(
    location: number,
    firstStrand: number,
    firstStep: number,
    firstWrites: boolean,
    second: Strand,
    secondWrites: boolean,
  ): void {
    if (this.races.length >= RACES_PER_RUN) return;
    this.races.push({
      location,
      firstStrand,
      firstStep,
      firstWrites,
      secondStrand: second.index,
      secondStep: second.ownSteps,
      secondWrites,
    });
  }
}
