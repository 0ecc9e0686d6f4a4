/**
 * Owns what is going to happen and when: a heap of at most one time for each of many numbered events, ordered
 * by (time, sequence), so that of two at one time the one set first comes first. Nothing is allocated per
 * event, and setting or cancelling one moves it in place, so that no stale entries have to be skipped.
 */

const NOT_SET = -1;
const FIRST_CAPACITY = 64;

export class TimeQueue {
  #time = new Float64Array(FIRST_CAPACITY);
  #sequence = new Float64Array(FIRST_CAPACITY);
  /** Place of an event in the heap, or NOT_SET. */
  #place = new Int32Array(FIRST_CAPACITY).fill(NOT_SET);
  #heap = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #events = 0;
  #nextSequence = 0;
  readonly #free: number[] = [];

  /** A new event, not set: its number. */
  add(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#events === this.#time.length) this.#grow();
    return this.#events++;
  }

  /** An event that is not needed any more; its number may be given out again. */
  remove(event: number): void {
    this.cancel(event);
    this.#free.push(event);
  }

  /** Events that are set. */
  get size(): number {
    return this.#size;
  }

  /** Time of the first event; Infinity if none is set. */
  get nextTime(): number {
    return this.#size === 0 ? Infinity : this.#time[this.#heap[0]];
  }

  isSet(event: number): boolean {
    return this.#place[event] !== NOT_SET;
  }

  timeOf(event: number): number {
    return this.#place[event] === NOT_SET ? Infinity : this.#time[event];
  }

  /** Sets an event, or sets it anew: among those of its time it is the last. */
  set(event: number, time: number): void {
    this.#time[event] = time;
    this.#sequence[event] = this.#nextSequence++;
    const place = this.#place[event];
    if (place === NOT_SET) this.#up(this.#size++, event);
    else if (!this.#up(place, event)) this.#down(place, event);
  }

  cancel(event: number): void {
    const place = this.#place[event];
    if (place === NOT_SET) return;
    this.#place[event] = NOT_SET;
    const last = this.#heap[--this.#size];
    if (last === event) return;
    if (!this.#up(place, last)) this.#down(place, last);
  }

  /** Takes the first event: its number. There must be one. */
  pop(): number {
    const event = this.#heap[0];
    this.cancel(event);
    return event;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#time[a] - this.#time[b];
    return difference < 0 || (difference === 0 && this.#sequence[a] < this.#sequence[b]);
  }

  /** Puts an event at a place or above it; whether it went up. */
  #up(from: number, event: number): boolean {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (!this.#isBefore(event, other)) break;
      heap[place] = other;
      this.#place[other] = place;
      place = above;
    }
    heap[place] = event;
    this.#place[event] = place;
    return place !== from;
  }

  #down(from: number, event: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && this.#isBefore(heap[below + 1], heap[below])) below++;
      const other = heap[below];
      if (!this.#isBefore(other, event)) break;
      heap[place] = other;
      this.#place[other] = place;
      place = below;
    }
    heap[place] = event;
    this.#place[event] = place;
  }

  #grow(): void {
    const capacity = 2 * this.#time.length;
    const times = new Float64Array(capacity);
    const sequences = new Float64Array(capacity);
    const places = new Int32Array(capacity).fill(NOT_SET);
    const heap = new Int32Array(capacity);
    times.set(this.#time);
    sequences.set(this.#sequence);
    places.set(this.#place);
    heap.set(this.#heap);
    [this.#time, this.#sequence, this.#place, this.#heap] = [times, sequences, places, heap];
  }
}
