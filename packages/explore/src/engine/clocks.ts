/**
 * Owns the vector clocks of one execution: one per strand, and one per synchronisation word that was ever
 * released to. A clock is an Int32Array indexed by strand. Rows are pooled: a run takes them in order and the
 * next run starts over. Runs on the thread that holds the execution.
 */
import type { Strand } from './strand.ts';

export class Clocks {
  /**
   * Row number of each location; 0 where nothing was released yet. Grown by the execution with its memory.
   */
  rowOf: Int32Array = new Int32Array(0);
  readonly #rows: Int32Array[] = [new Int32Array(8)];
  /** The location each row was given to, for taking it back. */
  readonly #locations: number[] = [0];
  #used = 1;
  /** Number of strands of this run: clocks are compared up to here. */
  width = 0;
  #capacity = 8;

  /** Starts a new run; rows given out before are taken back. */
  reset(): void {
    for (let row = 1; row < this.#used; row++) this.rowOf[this.#locations[row]] = 0;
    this.#used = 1;
    this.width = 0;
  }

  /** Makes room for so many locations. */
  resize(words: number): void {
    if (words <= this.rowOf.length) return;
    const rowOf = new Int32Array(words);
    rowOf.set(this.rowOf);
    this.rowOf = rowOf;
  }

  /** Makes room for a strand and gives it a clock that is after its parent's present. */
  addStrand(strand: Strand, parent: Strand | null, strands: readonly Strand[]): void {
    const index = strand.index;
    if (index >= this.#capacity) this.#grow(strands);
    this.width = index + 1;
    if (strand.clock.length < this.#capacity) strand.clock = new Int32Array(this.#capacity);
    else strand.clock.fill(0);
    if (parent !== null) {
      for (let i = 0; i < index; i++) strand.clock[i] = parent.clock[i];
      parent.clock[parent.index]++;
    }
    strand.clock[index] = 1;
    for (let row = 1; row < this.#used; row++) this.#rows[row][index] = 0;
  }

  /** The strand learns what was released to the location. */
  acquire(strand: Strand, location: number): void {
    const row = this.rowOf[location];
    // Undefined where the memory has grown within this very step.
    if (!(row > 0)) return;
    const released = this.#rows[row];
    const clock = strand.clock;
    const width = this.width;
    for (let i = 0; i < width; i++) if (released[i] > clock[i]) clock[i] = released[i];
  }

  /** The location now carries exactly what the strand knows; the strand goes into its next epoch. */
  release(strand: Strand, location: number): void {
    const released = this.#row(location);
    const clock = strand.clock;
    const width = this.width;
    for (let i = 0; i < width; i++) released[i] = clock[i];
    clock[strand.index]++;
  }

  /**
   * The location carries what the strand knows besides what it carried (several readers leaving one lock).
   */
  releaseJoin(strand: Strand, location: number): void {
    const released = this.#row(location);
    const clock = strand.clock;
    const width = this.width;
    for (let i = 0; i < width; i++) if (clock[i] > released[i]) released[i] = clock[i];
    clock[strand.index]++;
  }

  /** Acquire and release in one pass: an atomic read-modify-write. */
  acquireRelease(strand: Strand, location: number): void {
    const released = this.#row(location);
    const clock = strand.clock;
    const width = this.width;
    for (let i = 0; i < width; i++) {
      const mine = clock[i];
      const theirs = released[i];
      if (theirs > mine) clock[i] = theirs;
      else released[i] = mine;
    }
    clock[strand.index]++;
  }

  /** The strand learns everything another strand knows (join of an ended thread). */
  join(strand: Strand, other: Strand): void {
    const clock = strand.clock;
    const theirs = other.clock;
    const width = this.width;
    for (let i = 0; i < width; i++) if (theirs[i] > clock[i]) clock[i] = theirs[i];
  }

  #row(location: number): Int32Array {
    const row = this.rowOf[location];
    return row > 0 ? this.#rows[row] : this.#newRow(location);
  }

  #newRow(location: number): Int32Array {
    const next = this.#used++;
    if (location >= this.rowOf.length) this.resize(location * 2);
    this.rowOf[location] = next;
    this.#locations[next] = location;
    if (next < this.#rows.length) {
      this.#rows[next].fill(0, 0, this.width);
    } else {
      this.#rows.push(new Int32Array(this.#capacity));
    }
    return this.#rows[next];
  }

  #grow(strands: readonly Strand[]): void {
    this.#capacity *= 2;
    const widen = (row: Int32Array): Int32Array => {
      const wider = new Int32Array(this.#capacity);
      wider.set(row);
      return wider;
    };
    for (let row = 0; row < this.#rows.length; row++) this.#rows[row] = widen(this.#rows[row]);
    for (let i = 0; i < this.width; i++) strands[i].clock = widen(strands[i].clock);
  }
}
