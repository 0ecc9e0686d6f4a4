/**
 * The words all CPUs share: a growable SharedArrayBuffer of int32 words with a small header, and the bump
 * reservation of static areas. One `Memory` object per thread and buffer; what is shared is only the buffer.
 * Guards: the allocation top is moved by compare-and-swap; growing is atomic in the buffer itself.
 *
 *   word  0        the null pointer: always 0, never allocated
 *   word  1        magic 'kmem'
 *   word  2        layout version
 *   word  3        allocation top: index of the first word never reserved (atomic)
 *   word  4..11    roots: pointers to the well-known tables (see MemoryRoot)
 *   word 12        the word fences operate on, always 0
 *   word 13..15    spare, 0
 *   word 16...     reserved areas, in order of reservation
 *
 * Views have a fixed length and are made anew when the memory grows, because a view that tracks the length of
 * a growable buffer is three times slower. A thread whose view is older than another thread's `grow` sees
 * fewer words until `refresh()`; `load`, `store`, `reserve` and the struct views refresh by themselves.
 */
import { AccessClass, AccessKind, NO_CPU } from './access.ts';
import type { AccessClassNumber, AccessObserver } from './access.ts';
import { KmemError } from './kmem-error.ts';
import { pointerTo } from './pointer.ts';
import type { Pointer } from './pointer.ts';

const MAGIC = 0x6b6d656d;
const VERSION = 1;
const kMagic = 1;
const kVersion = 2;
const kTop = 3;
const kRoots = 4;
const BYTES_PER_WORD = 4;
const INITIAL_WORDS = 16_384;
const MAXIMUM_WORDS = 1 << 22;
const MAXIMUM_WORDS_LIMIT = 1 << 29;

/** Words of the header; the first reservation starts here. */
export const HEADER_WORDS = 16;

/** The slots of the header that hold pointers to well-known tables. */
export const MemoryRoot = { kmalloc: 0, symbols: 1, sites: 2, kernel: 3 } as const;

/** The number of a root slot. */
export type MemoryRootNumber = (typeof MemoryRoot)[keyof typeof MemoryRoot];

/** How large a new memory is and may become. */
export interface MemoryOptions {
  /** Words at the start; default 16,384. */
  readonly initialWords?: number;
  /** Words it may grow to; default 4,194,304 or `initialWords`, whichever is more. */
  readonly maximumWords?: number;
}

/** One thread's access to a shared kernel memory. */
export class Memory {
  /** Hand this to another thread, which calls `Memory.attach`. */
  readonly buffer: SharedArrayBuffer;
  /** Words the memory may grow to. */
  readonly maximumWords: number;
  /**
   * All words, as a view of fixed length; replaced by `grow` and `refresh`, so do not keep it across them.
   */
  words: Int32Array;
  /** The same memory as bytes, little-endian within a word on every platform Node runs on. */
  bytes: Uint8Array;
  /** Sees accesses made through this object; undefined means that accesses are direct. */
  observer: AccessObserver | undefined = undefined;
  /** The CPU whose code runs on this thread just now, or `NO_CPU`; checked against owned fields. */
  currentCpu: number = NO_CPU;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.maximumWords = Math.floor(buffer.maxByteLength / BYTES_PER_WORD);
    const length = Math.floor(buffer.byteLength / BYTES_PER_WORD);
    this.words = new Int32Array(buffer, 0, length);
    this.bytes = new Uint8Array(buffer, 0, length * BYTES_PER_WORD);
  }

  /**
   * Makes a new, zeroed memory.
   * @throws KmemError EINVAL when the sizes are no sensible word counts; ENOMEM when the host has no room.
   * @example const memory = Memory.create({ initialWords: 4096, maximumWords: 65_536 });
   */
  static create(options: MemoryOptions = {}): Memory {
    const initialWords =
      options.initialWords ?? Math.min(INITIAL_WORDS, options.maximumWords ?? INITIAL_WORDS);
    const maximumWords = options.maximumWords ?? Math.max(MAXIMUM_WORDS, initialWords);
    const sensible =
      Number.isInteger(initialWords) &&
      Number.isInteger(maximumWords) &&
      HEADER_WORDS <= initialWords &&
      initialWords <= maximumWords &&
      maximumWords <= MAXIMUM_WORDS_LIMIT;
    if (!sensible) {
      throw new KmemError(
        'EINVAL',
        `memory of ${initialWords} words growing to ${maximumWords}: need integers with ` +
          `${HEADER_WORDS} <= initialWords <= maximumWords <= ${MAXIMUM_WORDS_LIMIT}`,
      );
    }
    const buffer = shareBuffer(initialWords, maximumWords);
    const memory = new Memory(buffer);
    memory.words[kMagic] = MAGIC;
    memory.words[kVersion] = VERSION;
    Atomics.store(memory.words, kTop, HEADER_WORDS);
    return memory;
  }

  /**
   * Opens a memory that another thread (or a dump file) made.
   * @throws KmemError EFTYPE when the buffer does not hold a kmem memory of this version.
   */
  static attach(buffer: SharedArrayBuffer): Memory {
    if (buffer.byteLength < HEADER_WORDS * BYTES_PER_WORD) {
      throw new KmemError('EFTYPE', `buffer of ${buffer.byteLength} bytes is too short for a kmem memory`);
    }
    const memory = new Memory(buffer);
    if (memory.words[kMagic] !== MAGIC || memory.words[kVersion] !== VERSION) {
      const magic = (memory.words[kMagic] >>> 0).toString(16);
      throw new KmemError('EFTYPE', `not a kmem memory: magic ${magic}, version ${memory.words[kVersion]}`);
    }
    return memory;
  }

  /** Words this thread's view covers. */
  get length(): number {
    return this.words.length;
  }

  /** Index of the first word never reserved; everything from here on is 0 unless a wild store hit it. */
  get top(): number {
    return Atomics.load(this.words, kTop);
  }

  /**
   * Makes the memory at least `minimumWords` long. Any number of threads may do so at once.
   * @throws KmemError ENOMEM beyond `maximumWords` or when the host has no room.
   */
  grow(minimumWords: number): void {
    if (minimumWords > this.maximumWords) {
      throw new KmemError(
        'ENOMEM',
        `cannot grow to ${minimumWords} words, the maximum is ${this.maximumWords}`,
      );
    }
    const wantedBytes = Math.ceil(minimumWords) * BYTES_PER_WORD;
    while (this.buffer.byteLength < wantedBytes) {
      try {
        this.buffer.grow(wantedBytes);
      } catch {
        // Another thread grew past us (then growing would shrink, which is refused), or the host is full.
        if (this.buffer.byteLength < wantedBytes) {
          throw new KmemError('ENOMEM', `the host has no room for ${minimumWords} words`);
        }
      }
    }
    this.refresh();
  }

  /** Makes the views anew if another thread grew the memory; true when they were replaced. */
  refresh(): boolean {
    const length = Math.floor(this.buffer.byteLength / BYTES_PER_WORD);
    if (length === this.words.length) return false;
    this.words = new Int32Array(this.buffer, 0, length);
    this.bytes = new Uint8Array(this.buffer, 0, length * BYTES_PER_WORD);
    return true;
  }

  /**
   * The words, after making sure that they cover everything below `endIndex`.
   * @throws KmemError EFAULT when the memory is shorter than that.
   */
  cover(endIndex: number): Int32Array {
    if (endIndex > this.words.length) {
      this.refresh();
      if (endIndex > this.words.length) {
        throw new KmemError('EFAULT', `word ${endIndex - 1} lies outside a memory of ${this.length} words`);
      }
    }
    return this.words;
  }

  /**
   * Reserves `words` words for good, zeroed, growing the memory if needed. Safe from several threads.
   * @param alignWords the pointer is a multiple of this power of two
   * @throws KmemError ENOMEM when the memory is full, EINVAL for a senseless size.
   */
  reserve<S = unknown>(words: number, alignWords = 1): Pointer<S> {
    if (!Number.isInteger(words) || words < 0 || (alignWords & (alignWords - 1)) !== 0 || alignWords < 1) {
      throw new KmemError('EINVAL', `cannot reserve ${words} words aligned to ${alignWords}`);
    }
    for (;;) {
      const top = Atomics.load(this.words, kTop);
      const start = (top + alignWords - 1) & -alignWords;
      const end = start + words;
      if (end > this.words.length) this.growFor(end);
      if (Atomics.compareExchange(this.words, kTop, top, end) === top) return pointerTo<S>(start);
    }
  }

  /** Grows for a reservation up to `end`: by half again, so that many small reservations grow seldom. */
  private growFor(end: number): void {
    const ample = Math.max(end, this.words.length + (this.words.length >> 1));
    this.grow(end > this.maximumWords ? end : Math.min(ample, this.maximumWords));
  }

  /** The pointer in a root slot, NULL when nobody set it. */
  root(slot: MemoryRootNumber): Pointer {
    return pointerTo(Atomics.load(this.words, kRoots + slot));
  }

  /**
   * Publishes a table in a root slot unless another thread did so first; returns the pointer that is there.
   */
  publishRoot(slot: MemoryRootNumber, pointer: Pointer): Pointer {
    const before = Atomics.compareExchange(this.words, kRoots + slot, 0, pointer);
    return before === 0 ? pointer : pointerTo(before);
  }

  /**
   * Reads one word, telling the observer.
   * @throws KmemError EFAULT when the index is outside the memory or null.
   */
  load(index: number, accessClass: AccessClassNumber = AccessClass.plain): number {
    if (index >= this.words.length || index <= 0) this.requireWord(index);
    if (this.observer !== undefined) this.observer.onAccess(AccessKind.read, index, accessClass);
    return accessClass >= AccessClass.relaxed ? Atomics.load(this.words, index) : this.words[index];
  }

  /** Writes one word, telling the observer. @throws KmemError EFAULT as `load`. */
  store(index: number, value: number, accessClass: AccessClassNumber = AccessClass.plain): void {
    if (index >= this.words.length || index <= 0) this.requireWord(index);
    if (this.observer !== undefined) this.observer.onAccess(AccessKind.write, index, accessClass);
    if (accessClass >= AccessClass.relaxed) Atomics.store(this.words, index, value);
    else this.words[index] = value;
  }

  /**
   * Makes sure that `words` covers the word, refreshing if another thread grew the memory.
   * @throws KmemError EFAULT when it is null, negative or outside the memory.
   */
  requireWord(index: number): void {
    if (index <= 0) throw new KmemError('EFAULT', `access to word ${index}: null or negative pointer`);
    this.cover(index + 1);
  }
}

/** A zeroed growable buffer, or ENOMEM. */
function shareBuffer(initialWords: number, maximumWords: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(initialWords * BYTES_PER_WORD, {
      maxByteLength: maximumWords * BYTES_PER_WORD,
    });
  } catch {
    throw new KmemError(
      'ENOMEM',
      `the host has no room for ${initialWords} words growing to ${maximumWords}`,
    );
  }
}
