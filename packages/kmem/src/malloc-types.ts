/**
 * The counters of kmalloc's types in kernel memory. Changed under kmalloc's spin word, except that a new type
 * is entered under the name table's own; read without a lock.
 *
 *   data:  [ in use | words | most words | requests | failures | limit | classes 0..31 | 32... ]
 */
import { SIZE_CLASSES } from './malloc-block.ts';
import type { MallocStatistics, MallocType } from './malloc-type.ts';
import type { Memory } from './memory.ts';
import { NameTable, createNameTable } from './name-table.ts';
import type { Pointer } from './pointer.ts';

const TYPE_CAPACITY = 64;
const kInUse = 0;
const kMemUse = 1;
const kHighUse = 2;
const kRequests = 3;
const kFailures = 4;
const kLimit = 5;
const kSizes = 6;
const DATA_WORDS = 8;

/** One thread's access to the type table. */
export class MallocTypes {
  private readonly memory: Memory;
  private readonly names: NameTable;
  /** The type asked for last, which is mostly the next as well. */
  private lastType: MallocType | undefined = undefined;
  private lastId = 0;
  private lastHash = 0;

  constructor(memory: Memory, table: number) {
    this.memory = memory;
    this.names = new NameTable(memory, table as Pointer<'name table'>);
  }

  /** Reserves an empty table. */
  static reserve(memory: Memory): Pointer {
    return createNameTable(memory, TYPE_CAPACITY, DATA_WORDS);
  }

  /** The number of a type, entered at first use. @throws KmemError ENOSPC beyond 64 types. */
  idOf(type: MallocType): number {
    if (type === this.lastType && this.names.has(this.lastId, this.lastHash)) return this.lastId;
    const id = this.names.intern(type.name, (data) => {
      this.memory.words[data + kLimit] = type.limitWords;
    });
    this.lastType = type;
    this.lastId = id;
    this.lastHash = this.names.hashAt(id);
    return id;
  }

  /** The name of a type number. */
  nameOf(id: number): string {
    return this.names.nameOf(id) ?? `(type ${id})`;
  }

  /** What is said of a request for a senseless number of words. */
  badSize(id: number, words: number): string {
    return `kmalloc of ${words} words for ${this.nameOf(id)}`;
  }

  /** Its name, the words it has in use, headers and rounding included, and its limit. */
  describe(id: number): string {
    const data = this.names.dataOf(id);
    const limitWords = this.memory.words[data + kLimit];
    const limit = limitWords === 0 ? 'no limit' : `limit ${limitWords}`;
    return `${this.nameOf(id)}: ${this.memory.words[data + kMemUse]} in use, ${limit}`;
  }

  /** True when the type has a limit and has reached it. */
  isOverLimit(id: number): boolean {
    const data = this.names.dataOf(id);
    const limit = this.memory.words[data + kLimit];
    return limit !== 0 && this.memory.words[data + kMemUse] >= limit;
  }

  /** Counts an allocation. */
  countAllocation(id: number, sizeClass: number): void {
    const { words } = this.memory;
    const data = this.names.dataOf(id);
    const memUse = words[data + kMemUse] + SIZE_CLASSES[sizeClass];
    words[data + kInUse] += 1;
    words[data + kMemUse] = memUse;
    if (memUse > words[data + kHighUse]) words[data + kHighUse] = memUse;
    words[data + kRequests] += 1;
    words[data + kSizes + (sizeClass >> 5)] |= 1 << (sizeClass & 31);
  }

  /** Counts a free. */
  countFree(id: number, sizeClass: number): void {
    const data = this.names.dataOf(id);
    this.memory.words[data + kInUse] -= 1;
    this.memory.words[data + kMemUse] -= SIZE_CLASSES[sizeClass];
  }

  /** Counts a refused allocation. */
  countFailure(id: number): void {
    this.memory.words[this.names.dataOf(id) + kFailures] += 1;
  }

  /** Zeroes the counters; limits stay. */
  reset(): void {
    for (const id of this.names.ids()) {
      const data = this.names.dataOf(id);
      this.memory.words.fill(0, data + kInUse, data + kLimit);
      this.memory.words.fill(0, data + kSizes, data + DATA_WORDS);
    }
  }

  /** All counters, in order of type numbers. */
  statistics(): MallocStatistics[] {
    return this.names.ids().map((id) => {
      const { words } = this.memory;
      const data = this.names.dataOf(id);
      return {
        name: this.nameOf(id),
        inUse: words[data + kInUse],
        memUseWords: words[data + kMemUse],
        highUseWords: words[data + kHighUse],
        requests: words[data + kRequests] >>> 0,
        failures: words[data + kFailures] >>> 0,
        limitWords: words[data + kLimit],
        sizesWords: SIZE_CLASSES.filter(
          (_, sizeClass) => (words[data + kSizes + (sizeClass >> 5)] & (1 << (sizeClass & 31))) !== 0,
        ),
      };
    });
  }
}
