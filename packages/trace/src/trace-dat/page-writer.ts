/**
 * Owns the pages of one CPU as the kernel's ring buffer has them: a time and the bytes used, then events,
 * each with the time since the one before. Events do not cross pages.
 */
import { ByteWriter } from '../byte-writer.ts';

export const PAGE_SIZE = 4096;
const HEADER = 16;
/** Bits of the time since the event before; more take an event of their own. */
const DELTA_LIMIT = 2 ** 27;
const TIME_EXTEND = 30;
const TIME_EXTEND_SIZE = 8;
/** Words that the length in an event's head can tell; longer ones have a word for it. */
const MOST_WORDS = 28;
/** The longest payload that a page takes. */
export const MOST_PAYLOAD = PAGE_SIZE - HEADER - TIME_EXTEND_SIZE - 8;

export class PageWriter {
  readonly #pages = new ByteWriter();
  readonly #page = new ByteWriter();
  #begunAt = 0;
  #last = 0;

  /** Adds an event; times do not go back. */
  add(timeNs: number, payload: Uint8Array): void {
    const words = Math.ceil(payload.length / 4);
    const size = 4 + 4 * words + (words > MOST_WORDS ? 4 : 0);
    if (this.#page.length > 0 && this.#page.length + this.#extension(timeNs) + size > PAGE_SIZE - HEADER)
      this.#flush();
    if (this.#page.length === 0) this.#begunAt = this.#last = timeNs;
    let delta = timeNs - this.#last;
    if (delta >= DELTA_LIMIT) {
      this.#page.u32(((delta % DELTA_LIMIT) * 32 + TIME_EXTEND) >>> 0);
      this.#page.u32(Math.floor(delta / DELTA_LIMIT));
      delta = 0;
    }
    this.#last = timeNs;
    this.#page.u32(delta * 32 + (words > MOST_WORDS ? 0 : words));
    if (words > MOST_WORDS) this.#page.u32(4 + 4 * words);
    this.#page.put(payload);
    this.#page.zeros(4 * words - payload.length);
  }

  #extension(timeNs: number): number {
    return timeNs - this.#last >= DELTA_LIMIT ? TIME_EXTEND_SIZE : 0;
  }

  #flush(): void {
    const used = this.#page.length;
    this.#pages.u64(this.#begunAt);
    this.#pages.u64(used);
    this.#pages.put(this.#page.written);
    this.#pages.zeros(PAGE_SIZE - HEADER - used);
    this.#page.length = 0;
  }

  /** All pages, whole. */
  finish(): Uint8Array {
    if (this.#page.length > 0) this.#flush();
    return this.#pages.written;
  }
}
