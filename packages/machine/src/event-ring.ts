/**
 * Owns the rings in kernel memory through which CPUs tell the main thread of events: one for each CPU,
 * written by that CPU alone, read by one thread. No lock guards them: each index has one writer. Emitting
 * allocates nothing and waits only where the ring says so ('block'). Does not name or interpret events
 * (event-bus.ts).
 *
 *     kern.k_events -> event_rings: cpus, capacity, kept, policy
 *                      event_ring of cpu0 | event_ring of cpu1 | ...
 *
 *     event_ring   line 0, written by the CPU     windex   records ever put into the stream
 *                                                 emitted  events ever, the sequence of the next one
 *                                                 lost     one past the last event that found no room
 *                  line 1, written by the reader  rindex   records ever taken out
 *                                                 expected sequence of the next event to be heard of
 *                                                 bell     changes when a CPU that waits should look
 *                                                 stop     1: the machine halts, nobody waits any more
 *                                                 listening
 *                  stream       capacity records  what the reader has not taken yet
 *                  kept         the last events, overwritten for ever: for crash dumps, reader or not
 *
 *     record       [ kind | tick | a | b | c | sequence ]
 *
 * Every event has a sequence number, so an event is either delivered or is in a gap of the numbers; the
 * reader tells the size of each gap where it is. A gap at the end of the stream is known from `lost`: if no
 * record came after the one read last, everything up to `lost` found no room.
 */
import {
  KmemError,
  type Memory,
  MemoryRoot,
  array,
  atomic,
  int32,
  pointer,
  relaxed,
  struct,
} from '@smplab/kmem';
import { type EventSink, KERN } from '@smplab/lwkt';

const CACHE_LINE_WORDS = 16;
const RECORD_WORDS = 6;
const MOST_EVENTS = 1 << 24;

/**
 * What a CPU does with an event for which there is no room: waits until there is, or counts it as dropped.
 */
export type FullPolicy = 'block' | 'count';
const COUNT = 0;
const BLOCK = 1;

/** The kind of the record that stands for events the ring had no room for; `a` is how many. */
export const EV_DROPPED = -1;

/** What all rings have in common. */
export const EventRings = struct('event_rings', {
  er_cpus: int32,
  er_capacity: int32,
  er_kept: int32,
  er_policy: int32,
  er_stride: int32,
  er_first: pointer('event_ring'),
});

/** The head of one ring; its records follow. */
export const EventRingHead = struct('event_ring', {
  ev_windex: atomic(int32),
  ev_emitted: relaxed(int32),
  ev_lost: atomic(int32),
  ev_spare0: array(int32, 13),
  ev_rindex: atomic(int32),
  ev_expected: int32,
  ev_bell: atomic(int32),
  ev_stop: atomic(int32),
  ev_listening: atomic(int32),
  ev_spare1: array(int32, 11),
});

/** One record. */
export const EventRecord = struct('event_record', {
  e_kind: int32,
  e_tick: int32,
  e_a: int32,
  e_b: int32,
  e_c: int32,
  e_sequence: int32,
});

const EV = EventRingHead.offsets;

/** Takes one record; `sequence` is that of the event, or of the first one dropped. */
export type EventVisitor = (
  kind: number,
  tick: number,
  a: number,
  b: number,
  c: number,
  sequence: number,
) => void;

/** An event as it is kept in memory. */
export interface KeptEvent {
  readonly kind: number;
  readonly tick: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly sequence: number;
}

/** How rings are made. */
export interface EventRingOptions {
  /** Default 'count'. */
  readonly policy?: FullPolicy;
  /** Last events of each CPU that stay readable; default the capacity. */
  readonly kept?: number;
}

/**
 * Lays out a ring for each CPU while the machine boots, and publishes them as kern.k_events. Counts are
 * rounded up to powers of two.
 * @param capacity records a stream holds; 0 for no rings at all
 * @returns where they lie, 0 for none
 * @throws KmemError EINVAL for counts that make no sense, or when there is no kernel in the memory yet
 */
export function reserveEventRings(
  memory: Memory,
  cpus: number,
  capacity: number,
  options: EventRingOptions = {},
): number {
  const { policy = 'count', kept = capacity } = options;
  for (const count of [capacity, kept]) {
    if (!Number.isInteger(count) || count < 0 || count > MOST_EVENTS) {
      throw new KmemError('EINVAL', `event rings of ${count} events: 0 to ${MOST_EVENTS} are possible`);
    }
  }
  const kern = memory.root(MemoryRoot.kernel);
  if (kern === 0) throw new KmemError('EINVAL', 'event rings without a kernel: boot it first');
  if (capacity === 0) return 0;
  const streamSize = powerOfTwo(capacity);
  const keptSize = powerOfTwo(Math.max(1, kept));
  const stride = roundedToLine(EventRingHead.size + (streamSize + keptSize) * RECORD_WORDS);
  const rings = memory.reserve<'event_rings'>(EventRings.size);
  Object.assign(EventRings.view(memory, rings), {
    er_cpus: cpus,
    er_capacity: streamSize,
    er_kept: keptSize,
    er_policy: policy === 'block' ? BLOCK : COUNT,
    er_stride: stride,
    er_first: memory.reserve<'event_ring'>(stride * cpus, CACHE_LINE_WORDS),
  });
  Atomics.store(memory.words, kern + KERN.k_events, rings);
  return rings;
}

/** The ring of one CPU, as the CPU (emit) or as the one thread that reads it (all else) uses it. */
export class EventRing implements EventSink {
  readonly policy: FullPolicy;
  /** For a CPU on the reader's own thread: makes room where another would wait. */
  whenFull: (() => void) | null = null;
  readonly #words: Int32Array;
  readonly #ring: number;
  readonly #ticks: number;
  readonly #capacity: number;
  readonly #stream: number;
  readonly #kept: number;
  readonly #keptMask: number;

  private constructor(
    memory: Memory,
    rings: number,
    readonly cpuid: number,
  ) {
    const view = EventRings.view(memory, rings as never);
    this.policy = view.er_policy === BLOCK ? 'block' : 'count';
    this.#ring = view.er_first + cpuid * view.er_stride;
    this.#capacity = view.er_capacity;
    this.#stream = this.#ring + EventRingHead.size;
    this.#kept = this.#stream + this.#capacity * RECORD_WORDS;
    this.#keptMask = view.er_kept - 1;
    this.#ticks = memory.root(MemoryRoot.kernel) + KERN.k_ticks;
    // The ring was there when this view was made, so it does not matter if the memory grows.
    this.#words = memory.cover(this.#ring + view.er_stride);
  }

  /** The ring of a CPU; null when the machine was booted without rings, or has no such CPU. */
  static of(memory: Memory, cpuid: number): EventRing | null {
    const kern = memory.root(MemoryRoot.kernel);
    const rings = kern === 0 ? 0 : memory.load(kern + KERN.k_events);
    if (rings === 0 || cpuid < 0 || cpuid >= EventRings.view(memory, rings as never).er_cpus) return null;
    return new EventRing(memory, rings, cpuid);
  }

  // ---- the CPU ------------------------------------------------------------------------------------------

  emit(kind: number, a: number, b: number, c: number): void {
    // Plain reads, since an atomic one costs as much as all the rest: a tick, `listening` or `rindex` seen
    // late does no harm, for less room is seen then than there is.
    const words = this.#words;
    const sequence = words[this.#ring + EV.ev_emitted];
    const tick = words[this.#ticks];
    this.#write(this.#kept + (sequence & this.#keptMask) * RECORD_WORDS, kind, tick, a, b, c, sequence);
    words[this.#ring + EV.ev_emitted] = (sequence + 1) | 0;
    if (words[this.#ring + EV.ev_listening] === 0) return;
    const windex = words[this.#ring + EV.ev_windex];
    const isFull = ((windex - words[this.#ring + EV.ev_rindex]) | 0) >= this.#capacity;
    if (isFull && !this.#hasRoom(windex) && !this.#awaitRoom(windex)) {
      Atomics.store(words, this.#ring + EV.ev_lost, (sequence + 1) | 0);
      return;
    }
    this.#write(this.#slot(windex), kind, tick, a, b, c, sequence);
    Atomics.store(words, this.#ring + EV.ev_windex, (windex + 1) | 0);
  }

  #write(at: number, kind: number, tick: number, a: number, b: number, c: number, sequence: number): void {
    const words = this.#words;
    words[at] = kind;
    words[at + 1] = tick;
    words[at + 2] = a;
    words[at + 3] = b;
    words[at + 4] = c;
    words[at + 5] = sequence;
  }

  #slot(index: number): number {
    return this.#stream + (index & (this.#capacity - 1)) * RECORD_WORDS;
  }

  #hasRoom(windex: number): boolean {
    return ((windex - Atomics.load(this.#words, this.#ring + EV.ev_rindex)) | 0) < this.#capacity;
  }

  /** Waits as the policy says; false when the event is to be counted as dropped. */
  #awaitRoom(windex: number): boolean {
    if (this.policy === 'count') return false;
    if (this.whenFull !== null) {
      this.whenFull();
      return this.#hasRoom(windex);
    }
    const words = this.#words;
    const ring = this.#ring;
    for (;;) {
      // Read before the look at what it tells of: whatever changes after that look changes the bell as well.
      const bell = Atomics.load(words, ring + EV.ev_bell);
      if (this.#hasRoom(windex)) return true;
      if (Atomics.load(words, ring + EV.ev_stop) !== 0) return false;
      if (Atomics.load(words, ring + EV.ev_listening) === 0) return false;
      Atomics.wait(words, ring + EV.ev_bell, bell);
    }
  }

  // ---- the reader ---------------------------------------------------------------------------------------

  /** From here on events go into the stream. */
  open(): void {
    const words = this.#words;
    const ring = this.#ring;
    Atomics.store(words, ring + EV.ev_rindex, Atomics.load(words, ring + EV.ev_windex));
    words[ring + EV.ev_expected] = Atomics.load(words, ring + EV.ev_emitted);
    Atomics.store(words, ring + EV.ev_listening, 1);
  }

  /** Nobody reads any more: the CPU keeps its last events and never waits. */
  close(): void {
    Atomics.store(this.#words, this.#ring + EV.ev_listening, 0);
    this.#ringBell();
  }

  /**
   * The machine halts: a CPU that waits for room goes on, what finds none is counted. Any thread may call.
   */
  stop(): void {
    Atomics.store(this.#words, this.#ring + EV.ev_stop, 1);
    this.#ringBell();
  }

  #ringBell(): void {
    Atomics.add(this.#words, this.#ring + EV.ev_bell, 1);
    Atomics.notify(this.#words, this.#ring + EV.ev_bell);
  }

  /**
   * Takes what is in the stream, at most a ring full, oldest first, and tells of each gap in its place
   * (EV_DROPPED). A record is taken before it is visited, so a visitor that throws loses only that one.
   * @returns how many records were taken
   */
  drain(visit: EventVisitor): number {
    const words = this.#words;
    const ring = this.#ring;
    const windex = Atomics.load(words, ring + EV.ev_windex);
    let taken = 0;
    try {
      for (let index = words[ring + EV.ev_rindex]; index !== windex; index = (index + 1) | 0) {
        taken++;
        this.#take(index, visit);
      }
      this.#tellTail(windex, visit);
    } finally {
      if (taken > 0 && this.policy === 'block') this.#ringBell();
    }
    return taken;
  }

  #take(index: number, visit: EventVisitor): void {
    const words = this.#words;
    const ring = this.#ring;
    const at = this.#slot(index);
    const kind = words[at];
    const tick = words[at + 1];
    const a = words[at + 2];
    const b = words[at + 3];
    const c = words[at + 4];
    const sequence = words[at + 5];
    const expected = words[ring + EV.ev_expected];
    Atomics.store(words, ring + EV.ev_rindex, (index + 1) | 0);
    const gap = (sequence - expected) | 0;
    // From before the stream was opened: the CPU was on its way.
    if (gap < 0) return;
    words[ring + EV.ev_expected] = (sequence + 1) | 0;
    if (gap > 0) visit(EV_DROPPED, tick, gap, 0, 0, expected);
    visit(kind, tick, a, b, c, sequence);
  }

  /** Tells of events that found no room after the record taken last. */
  #tellTail(windex: number, visit: EventVisitor): void {
    const words = this.#words;
    const ring = this.#ring;
    const lost = Atomics.load(words, ring + EV.ev_lost);
    const expected = words[ring + EV.ev_expected];
    const gap = (lost - expected) | 0;
    // The second test is for a `lost` so old that its distance has wrapped.
    if (gap <= 0 || gap > ((Atomics.load(words, ring + EV.ev_emitted) - expected) | 0)) return;
    if (Atomics.load(words, ring + EV.ev_windex) !== windex) return;
    words[ring + EV.ev_expected] = lost;
    visit(EV_DROPPED, Atomics.load(words, this.#ticks), gap, 0, 0, expected);
  }

  // ---- anybody, while the CPU stands still
  // -----------------------------------------------------------------

  /** The last events of the CPU, oldest first, whether anybody read them or not. */
  lastEvents(): KeptEvent[] {
    const words = this.#words;
    const emitted = Atomics.load(words, this.#ring + EV.ev_emitted);
    const events: KeptEvent[] = [];
    for (let back = this.#keptMask + 1; back > 0; back--) {
      const sequence = (emitted - back) | 0;
      const at = this.#kept + (sequence & this.#keptMask) * RECORD_WORDS;
      // Not yet written, or, if the CPU runs after all, being written over.
      if (words[at + 5] !== sequence || (emitted >= 0 && sequence < 0)) continue;
      const [kind, tick, a, b, c] = words.subarray(at, at + RECORD_WORDS);
      events.push({ kind, tick, a, b, c, sequence });
    }
    return events;
  }
}

/** Stops every ring of a memory: no CPU waits for a reader any more. */
export function stopEventRings(memory: Memory): void {
  for (let cpuid = 0; ; cpuid++) {
    const ring = EventRing.of(memory, cpuid);
    if (ring === null) return;
    ring.stop();
  }
}

function powerOfTwo(count: number): number {
  return count <= 1 ? 1 : 1 << (32 - Math.clz32(count - 1));
}

function roundedToLine(words: number): number {
  return Math.ceil(words / CACHE_LINE_WORDS) * CACHE_LINE_WORDS;
}
