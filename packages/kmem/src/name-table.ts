/**
 * A table of names in kernel memory: strings become small numbers that any thread (and a dump) can turn back
 * into strings, with room for words of data per name. Guarded by its own spin word; look-ups take no lock.
 *
 *   word 0  spin word        word 1  capacity (power of two)      word 2  names      word 3  words per slot
 *   word 4  slot 0: [ pointer to text, 0 when free | hash | data ... ]   slot 1 ...
 *
 *   text: [ length in bytes | UTF-8 bytes ... ]
 *
 * The number of a name is its slot + 1, found by hash with linear probing, so it does not depend on the order
 * of first use unless two names collide. Names are never removed, but restoring an image forgets newer ones.
 */
import { KmemError } from './kmem-error.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { spin_lock, spin_unlock } from './spin-lock.ts';

const kSpin = 0;
const kCapacity = 1;
const kCount = 2;
const kStride = 3;
const TABLE_HEADER_WORDS = 4;
const kText = 0;
const kHash = 1;
const SLOT_HEADER_WORDS = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reserves an empty table of `capacity` names (a power of two) with `dataWords` words of data each. */
export function createNameTable(memory: Memory, capacity: number, dataWords = 0): Pointer<'name table'> {
  if (capacity < 2 || (capacity & (capacity - 1)) !== 0) {
    throw new KmemError(
      'EINVAL',
      `name table capacity must be a power of two of at least 2, not ${capacity}`,
    );
  }
  const stride = SLOT_HEADER_WORDS + dataWords;
  const table = memory.reserve<'name table'>(TABLE_HEADER_WORDS + capacity * stride);
  memory.words[table + kCapacity] = capacity;
  memory.words[table + kStride] = stride;
  return table;
}

/** What a thread knows of a name. */
interface KnownName {
  readonly id: number;
  readonly hash: number;
  readonly raw: Uint8Array;
}

/** One thread's access to a name table. */
export class NameTable {
  private readonly memory: Memory;
  private readonly table: number;
  private readonly capacity: number;
  private readonly stride: number;
  /** What this thread has looked up; checked against memory at each use, since an image may forget names. */
  private readonly known = new Map<string, KnownName>();

  constructor(memory: Memory, table: Pointer<'name table'>) {
    this.memory = memory;
    this.table = table;
    // The pointer came from the header, so another thread may have grown the memory for it.
    const words = memory.cover(table + TABLE_HEADER_WORDS);
    this.capacity = words[table + kCapacity];
    this.stride = words[table + kStride];
    memory.cover(table + TABLE_HEADER_WORDS + this.capacity * this.stride);
  }

  /** Names in the table. */
  get count(): number {
    return this.memory.words[this.table + kCount];
  }

  /**
   * The number of a name, entering it when new; `initialise` fills the data of a new name under the spin
   * word.
   * @throws KmemError ENOSPC when the table is full.
   */
  intern(name: string, initialise?: (data: number) => void): number {
    const known = this.known.get(name);
    if (known !== undefined && this.has(known.id, known.hash)) return known.id;
    // Entered again after an image forgot it: the bytes are at hand.
    const hash = known?.hash ?? hashOf(name);
    const raw = known?.raw ?? encoder.encode(name);
    let id = this.probe(name, hash);
    if (id <= 0) {
      spin_lock(this.memory.words, this.table + kSpin);
      try {
        id = this.probe(name, hash);
        if (id <= 0) id = this.enter({ name, raw, hash }, -id, initialise);
      } finally {
        spin_unlock(this.memory.words, this.table + kSpin);
      }
    }
    if (known?.id !== id) this.known.set(name, { id, hash, raw });
    return id;
  }

  /** The number of a name, 0 when it was never entered. */
  find(name: string): number {
    return Math.max(0, this.probe(name, hashOf(name)));
  }

  /** The name of a number; undefined for a number that was never given out. */
  nameOf(id: number): string | undefined {
    if (!Number.isInteger(id) || id < 1 || id > this.capacity) return undefined;
    const text = Atomics.load(this.memory.words, this.slot(id) + kText);
    if (text === NULL) return undefined;
    const length = this.memory.cover(text + 1)[text];
    this.memory.cover(text + 1 + ((length + 3) >> 2));
    // Straight from the bytes: the table's own accesses are not the kernel's, the observer is not told.
    return decoder.decode(this.memory.bytes.slice((text + 1) * 4, (text + 1) * 4 + length));
  }

  /** Word index of the data of a number. */
  dataOf(id: number): number {
    return this.slot(id) + SLOT_HEADER_WORDS;
  }

  /** The hash of a number's name, for `has`. */
  hashAt(id: number): number {
    return this.memory.words[this.slot(id) + kHash];
  }

  /** True while the number belongs to a name of that hash: restoring an image may have forgotten it. */
  has(id: number, hash: number): boolean {
    const slot = this.slot(id);
    return this.memory.words[slot + kHash] === hash && Atomics.load(this.memory.words, slot + kText) !== NULL;
  }

  /** All numbers given out, in slot order. */
  ids(): number[] {
    const ids: number[] = [];
    for (let id = 1; id <= this.capacity; id++) {
      if (Atomics.load(this.memory.words, this.slot(id) + kText) !== NULL) ids.push(id);
    }
    return ids;
  }

  private slot(id: number): number {
    return this.table + TABLE_HEADER_WORDS + (id - 1) * this.stride;
  }

  /**
   * The number of the name, or minus the number of the free slot it would get, or 0 when the table is full.
   */
  private probe(name: string, hash: number): number {
    for (let step = 0; step < this.capacity; step++) {
      const id = ((hash + step) & (this.capacity - 1)) + 1;
      const slot = this.slot(id);
      if (Atomics.load(this.memory.words, slot + kText) === NULL) return -id;
      if (this.memory.words[slot + kHash] === hash && this.nameOf(id) === name) return id;
    }
    return 0;
  }

  /** Fills a free slot; the text pointer is stored last, because readers take no lock. */
  private enter(
    { name, raw, hash }: Omit<KnownName, 'id'> & { readonly name: string },
    id: number,
    initialise?: (data: number) => void,
  ): number {
    if (id === 0) {
      throw new KmemError('ENOSPC', `name table of ${this.capacity} names is full, no room for '${name}'`);
    }
    const text = this.memory.reserve(1 + ((raw.length + 3) >> 2));
    this.memory.words[text] = raw.length;
    this.memory.bytes.set(raw, (text + 1) * 4);
    this.memory.words[this.slot(id) + kHash] = hash;
    initialise?.(this.dataOf(id));
    this.memory.words[this.table + kCount] += 1;
    Atomics.store(this.memory.words, this.slot(id) + kText, text);
    return id;
  }
}

/** FNV-1a over UTF-16 code units, as an int32. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash;
}
