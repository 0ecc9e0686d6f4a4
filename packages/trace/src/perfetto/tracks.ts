/**
 * Owns the lanes that Perfetto draws beside the CPUs: slices and instants on named tracks of a thread, and
 * counters. A track is described when it is first used (TrackDescriptor); its events name it by its number.
 */
import {
  type CounterEvent,
  IDLE_TID,
  type InstantEvent,
  type SliceEvent,
  type TraceEvent,
} from '../event.ts';
import type { ThreadTable } from '../thread-table.ts';
import type { ProtoWriter } from './proto-writer.ts';

const PACKET = 1;
/** Fields of a TracePacket. */
const TIMESTAMP = 8;
const SEQUENCE_ID = 10;
const TRACK_EVENT = 11;
const TRACK_DESCRIPTOR = 60;
/** The one sequence of this file: its state starts with its first packet. */
const SEQUENCE = 1;
const SEQUENCE_FLAGS = 13;
const STATE_CLEARED = 1;
/** TrackEvent.type. */
const TYPES = { begin: 1, end: 2, instant: 3, counter: 4 } as const;
/** The parent of tracks of nobody. */
const NOBODY = 0;

export class Tracks {
  readonly #out: ProtoWriter;
  readonly #threads: ThreadTable;
  readonly #numbers = new Map<string, number>();
  readonly #namedThreads = new Map<number, number>();
  #next = 1;
  #isFirst = true;

  constructor(out: ProtoWriter, threads: ThreadTable) {
    this.#out = out;
    this.#threads = threads;
  }

  add(event: TraceEvent, timeNs: number): void {
    if (event.kind === 'counter') this.#counter(event, timeNs);
    else if (event.kind === 'begin' || event.kind === 'end' || event.kind === 'instant')
      this.#slice(event, timeNs);
  }

  #begin(): void {
    this.#out.begin(PACKET);
    this.#out.int(SEQUENCE_ID, SEQUENCE);
    if (this.#isFirst) this.#out.int(SEQUENCE_FLAGS, STATE_CLEARED);
    this.#isFirst = false;
  }

  #slice(event: SliceEvent | InstantEvent, timeNs: number): void {
    const thread = this.#threadTrack(event.tid, event.cpu);
    const { track } = event;
    const uuid =
      track === undefined
        ? thread
        : this.#numberOf(`${event.tid} ${track}`, () => this.#describe(track, thread, false));
    this.#begin();
    this.#out.int(TIMESTAMP, timeNs);
    this.#out.begin(TRACK_EVENT);
    this.#out.int(9, TYPES[event.kind]);
    this.#out.int(11, uuid);
    if (event.kind !== 'end') this.#out.text(23, event.name);
    this.#out.end();
    this.#out.end();
  }

  #counter({ track, value }: CounterEvent, timeNs: number): void {
    const uuid = this.#numberOf(` ${track}`, () => this.#describe(track, NOBODY, true));
    this.#begin();
    this.#out.int(TIMESTAMP, timeNs);
    this.#out.begin(TRACK_EVENT);
    this.#out.int(9, TYPES.counter);
    this.#out.int(11, uuid);
    if (Number.isSafeInteger(value)) this.#out.int(30, value);
    else this.#out.double(44, value);
    this.#out.end();
    this.#out.end();
  }

  #numberOf(key: string, describe: () => number): number {
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = describe()));
    return number;
  }

  /** A track under another one. */
  #describe(name: string, parent: number, isCounter: boolean): number {
    const uuid = this.#next++;
    this.#begin();
    this.#out.begin(TRACK_DESCRIPTOR);
    this.#out.int(1, uuid);
    this.#out.text(2, name);
    if (parent !== NOBODY) this.#out.int(5, parent);
    if (isCounter) {
      this.#out.begin(8);
      this.#out.end();
    }
    this.#out.end();
    this.#out.end();
    return uuid;
  }

  /** The track of a thread itself; what the idle thread does is nobody's. */
  #threadTrack(tid: number, cpu: number): number {
    if (tid === IDLE_TID)
      return this.#numberOf(`idle ${cpu}`, () => this.#describe(`idle ${cpu}`, NOBODY, false));
    const known = this.#namedThreads.get(tid);
    if (known !== undefined) return known;
    const { pid, name } = this.#threads.get(tid, cpu);
    const uuid = this.#next++;
    this.#namedThreads.set(tid, uuid);
    this.#begin();
    this.#out.begin(TRACK_DESCRIPTOR);
    this.#out.int(1, uuid);
    this.#out.begin(4);
    this.#out.int(1, pid);
    this.#out.int(2, tid);
    this.#out.text(5, name);
    this.#out.end();
    this.#out.end();
    this.#out.end();
    return uuid;
  }
}
