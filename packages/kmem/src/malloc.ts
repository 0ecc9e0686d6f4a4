/**
 * kmalloc and kfree by type over a `Memory`. One `Kmalloc` object per thread; everything it knows is in
 * kernel memory, guarded by the spin word of the control block, so that any number of threads may allocate
 * and free.
 *
 *   control   word 0     spin word            word 1     checking, 0 or 1        word 2  type table
 *             word 3..6  quarantine           word 7...  heap (malloc-heap.ts)
 */
import { KmemError } from './kmem-error.ts';
import {
  BLOCK_HEADER_WORDS,
  FREED,
  LIVE,
  RED_ZONE,
  SIZE_CLASSES,
  UNINITIALISED,
  fillWords,
  kAllocSite,
  kFreeSite,
  kGeneration,
  kNext,
  kState,
  kWords,
  sizeClassFor,
  stateOfWord,
  stateWord,
  typeOfWord,
} from './malloc-block.ts';
import { HEAP_WORDS, MallocHeap } from './malloc-heap.ts';
import { MallocQuarantine, QUARANTINE_WORDS, damageOf, mendBlock, poisonBlock } from './malloc-quarantine.ts';
import type { Damage } from './malloc-quarantine.ts';
import { MallocPanic } from './malloc-report.ts';
import type { MallocBlock, MallocFault, MallocReport } from './malloc-report.ts';
import { M_NOWAIT, M_NULLOK, M_WAITOK, M_ZERO } from './malloc-type.ts';
import { MallocTypes } from './malloc-types.ts';
import type { MallocStatistics, MallocType } from './malloc-type.ts';
import { MemoryRoot } from './memory.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { SiteTable, UNKNOWN_SITE } from './site-table.ts';
import type { Site } from './site-table.ts';
import { spin_lock, spin_unlock } from './spin-lock.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

export const kSpin = 0;
const kChecking = 1;
const kTypes = 2;
const kQuarantine = 3;
const kHeap = kQuarantine + QUARANTINE_WORDS;
const CONTROL_WORDS = kHeap + HEAP_WORDS;
const QUARANTINE_BLOCKS = 64;

/** How a memory's allocator checks; fixed when it is created. */
export interface KmallocOptions {
  /** Poison, red zones, quarantine; default false. Double, wild, wrong-type frees are found either way. */
  readonly checking?: boolean;
  /** Freed blocks kept back from reuse, oldest out first; `Infinity` for no reuse at all; default 64. */
  readonly quarantineBlocks?: number;
}

/** The allocator of a memory, as one thread uses it. */
export class Kmalloc {
  readonly memory: Memory;
  /** The sites of this memory; intern those of hot paths once. */
  readonly sites: SiteTable;
  /** Gets findings instead of a `MallocPanic`; the faulty call then has no effect. */
  onReport: ((report: MallocReport) => void) | undefined = undefined;
  private readonly control: number;
  private readonly heap: MallocHeap;
  private readonly quarantine: MallocQuarantine;
  private readonly types: MallocTypes;

  private constructor(memory: Memory, control: Pointer) {
    this.memory = memory;
    this.control = control;
    memory.cover(control + CONTROL_WORDS);
    this.heap = new MallocHeap(memory, control + kHeap);
    this.quarantine = new MallocQuarantine(memory, control + kQuarantine);
    this.types = new MallocTypes(memory, memory.words[control + kTypes]);
    this.sites = new SiteTable(memory);
  }

  /**
   * Sets up the allocator of a memory, once; other threads then `attach`.
   * @throws KmemError EINVAL when the memory has one or the options make no sense, ENOMEM.
   */
  static create(memory: Memory, options: KmallocOptions = {}): Kmalloc {
    const limit = options.quarantineBlocks ?? QUARANTINE_BLOCKS;
    if (limit !== Infinity && (!Number.isInteger(limit) || limit < 0)) {
      throw new KmemError('EINVAL', `quarantineBlocks must be a count or Infinity, not ${limit}`);
    }
    const control = memory.reserve(CONTROL_WORDS);
    const types = MallocTypes.reserve(memory);
    memory.words[control + kChecking] = options.checking === true ? 1 : 0;
    memory.words[control + kTypes] = types;
    new MallocQuarantine(memory, control + kQuarantine).initialise(limit);
    new MallocHeap(memory, control + kHeap).initialise();
    if (memory.publishRoot(MemoryRoot.kmalloc, control) !== control) {
      throw new KmemError('EINVAL', 'this memory has a kmalloc already: use Kmalloc.attach');
    }
    return new Kmalloc(memory, control);
  }

  /** Uses the allocator another thread created. @throws KmemError ENOENT when there is none. */
  static attach(memory: Memory): Kmalloc {
    const control = memory.root(MemoryRoot.kmalloc);
    if (control === NULL) throw new KmemError('ENOENT', 'this memory has no kmalloc: use Kmalloc.create');
    return new Kmalloc(memory, control);
  }

  /** True when poison, red zones and quarantine are on. */
  get checking(): boolean {
    return this.memory.words[this.control + kChecking] !== 0;
  }

  /** The number of a type, which `kmalloc` and `kfree` take as well, and faster. */
  numberOf(type: MallocType | number): number {
    return typeof type === 'number' ? type : this.types.idOf(type);
  }

  /**
   * Allocates `words` words. Without M_ZERO their content is undefined (UNINITIALISED when checking).
   * @returns NULL only with M_NOWAIT or M_NULLOK
   * @throws KmemError ENOMEM when the memory is full or the type's limit is reached; EINVAL for no sensible
   *   size.
   * @example const p = kmem.kmalloc<'proc'>(M_PROC, Proc.size, M_WAITOK | M_ZERO, 'kern_fork.ts:88');
   */
  kmalloc<S = unknown>(
    type: MallocType | number,
    words: number,
    flags: number = M_WAITOK,
    site: Site = UNKNOWN_SITE,
  ): Pointer<S> {
    const sizeClass = Number.isInteger(words) && words > 0 ? sizeClassFor(words) : -1;
    const typeId = this.numberOf(type);
    if (sizeClass < 0) throw new KmemError('EINVAL', this.types.badSize(typeId, words));
    const siteId = this.sites.intern(site);
    this.lock();
    try {
      const block = this.types.isOverLimit(typeId) ? 0 : this.takeBlock(sizeClass);
      if (block === 0) {
        this.types.countFailure(typeId);
        return this.refuse(typeId, words, flags);
      }
      this.openBlock(block, sizeClass, typeId, words, siteId, (flags & M_ZERO) !== 0);
      this.types.countAllocation(typeId, sizeClass);
      return (block + BLOCK_HEADER_WORDS) as Pointer<S>;
    } finally {
      this.unlock();
    }
  }

  /** Allocates one struct. @example const p = kmem.kmallocStruct(Proc, M_PROC, M_WAITOK | M_ZERO, site); */
  kmallocStruct<N extends string, F extends FieldTypes>(
    layout: StructLayout<N, F>,
    type: MallocType,
    flags: number = M_WAITOK,
    site: Site = UNKNOWN_SITE,
  ): Pointer<N> {
    return this.kmalloc<N>(type, layout.size, flags, site);
  }

  /**
   * Frees a block; NULL is ignored, as in BSD.
   * @throws MallocPanic for a double, wild or wrong-type free, and when checking for an overrun of this block
   *   or a write after free of the one that leaves quarantine; unless `onReport` is set.
   */
  kfree(pointer: Pointer, type: MallocType | number, site: Site = UNKNOWN_SITE): void {
    if (pointer === NULL) return;
    const typeId = this.numberOf(type);
    const siteId = this.sites.intern(site);
    this.lock();
    try {
      const block = this.heap.blockOf(pointer);
      const fault = this.faultOfFree(block, pointer, typeId);
      if (fault !== undefined) {
        const detail = fault === 'wrong-type' ? `freed as ${this.types.nameOf(typeId)}` : '';
        this.report(fault, block, pointer, siteId, detail);
        return;
      }
      this.closeBlock(block, typeId, siteId);
    } finally {
      this.unlock();
    }
  }

  /** Whether a word belongs to a block in use, a freed one, or none. Takes no lock, makes no garbage. */
  stateOf(pointer: number): 'live' | 'freed' | 'unallocated' {
    const block = this.heap.blockOf(pointer);
    if (block === 0 || pointer < block + BLOCK_HEADER_WORDS) return 'unallocated';
    const { words } = this.memory;
    if (pointer >= block + BLOCK_HEADER_WORDS + words[block + kWords]) return 'unallocated';
    const state = stateOfWord(words[block + kState]);
    return state === LIVE ? 'live' : state === FREED ? 'freed' : 'unallocated';
  }

  /** The block around a word; undefined when the word was never part of one. Takes no lock. */
  blockAt(wordIndex: number): MallocBlock | undefined {
    const block = this.heap.blockOf(wordIndex);
    if (block === 0) return undefined;
    const { words } = this.memory;
    const state = stateOfWord(words[block + kState]);
    if (state !== LIVE && state !== FREED) return undefined;
    const pointer = (block + BLOCK_HEADER_WORDS) as Pointer;
    return {
      state: state === LIVE ? 'live' : 'freed',
      pointer,
      words: words[block + kWords],
      offset: wordIndex - pointer,
      typeName: this.types.nameOf(typeOfWord(words[block + kState])),
      generation: words[block + kGeneration],
      allocSite: this.sites.textOf(words[block + kAllocSite]),
      freeSite: state === LIVE ? undefined : this.sites.textOf(words[block + kFreeSite]),
    };
  }

  /** How many times the block around a word has been allocated; 0 when it is in none. Makes no garbage. */
  generationOf(wordIndex: number): number {
    const block = this.heap.blockOf(wordIndex);
    return block === 0 ? 0 : this.memory.words[block + kGeneration];
  }

  /** The blocks in use, of one type or all, by ascending address. */
  liveBlocks(type?: MallocType): MallocBlock[] {
    const blocks: MallocBlock[] = [];
    this.heap.forEachBlock((block) => {
      const found = this.blockAt(block + BLOCK_HEADER_WORDS);
      if (found?.state === 'live' && (type === undefined || found.typeName === type.name)) blocks.push(found);
    });
    return blocks;
  }

  /** A leak report for every block in use, of one type or all. */
  leaks(type?: MallocType): MallocReport[] {
    return this.liveBlocks(type).map(({ pointer }) =>
      this.describe('leak', pointer - BLOCK_HEADER_WORDS, pointer, undefined, ''),
    );
  }

  /** Examines the poison of all freed and the red zones of all live blocks. Empty unless checking is on. */
  verify(): MallocReport[] {
    const reports: MallocReport[] = [];
    if (!this.checking) return reports;
    this.lock();
    try {
      this.heap.forEachBlock((block, sizeClass) => {
        const damage = damageOf(this.memory.words, block, sizeClass);
        if (damage !== undefined) reports.push(this.describeDamage(block, damage));
      });
    } finally {
      this.unlock();
    }
    return reports;
  }

  /** The counters of every type used so far. */
  statistics(): MallocStatistics[] {
    return this.types.statistics();
  }

  /**
   * Forgets every allocation: all words free and zeroed, counters 0, nothing reported; types, sites and the
   * memory reserved for arenas stay. Linear in the words used. No other thread may use the allocator
   * meanwhile.
   */
  reset(): void {
    this.memory.refresh();
    this.heap.reset();
    this.quarantine.reset();
    this.types.reset();
  }

  private lock(): void {
    spin_lock(this.memory.words, this.control + kSpin);
    // Free lists may lead to words that another thread grew the memory by.
    if (this.memory.top > this.memory.length) this.memory.refresh();
  }

  private unlock(): void {
    spin_unlock(this.memory.words, this.control + kSpin);
  }

  /** A block from the heap, or, when the memory is full, from quarantine unless that is unbounded. */
  private takeBlock(sizeClass: number): number {
    for (;;) {
      const block = this.heap.take(sizeClass);
      if (block !== 0) return block;
      const oldest = this.quarantine.takeForReuse();
      if (oldest === 0) return 0;
      this.giveBack(oldest);
    }
  }

  /** Answers a request that cannot be met. */
  private refuse(typeId: number, words: number, flags: number): Pointer<never> {
    if ((flags & (M_NULLOK | M_NOWAIT)) !== 0) return NULL;
    throw new KmemError('ENOMEM', `kmalloc of ${words} words for ${this.types.describe(typeId)}`);
  }

  /** Makes a block live. */
  private openBlock(
    block: number,
    sizeClass: number,
    typeId: number,
    count: number,
    siteId: number,
    zero: boolean,
  ): void {
    const { words } = this.memory;
    const user = block + BLOCK_HEADER_WORDS;
    if (words[this.control + kChecking] !== 0) {
      if (stateOfWord(words[block + kState]) === FREED) this.reportDamage(block);
      fillWords(words, user, user + count, zero ? 0 : UNINITIALISED);
      fillWords(words, user + count, block + SIZE_CLASSES[sizeClass], RED_ZONE);
    } else if (zero) {
      fillWords(words, user, user + count, 0);
    }
    words[block + kWords] = count;
    words[block + kGeneration] += 1;
    words[block + kAllocSite] = siteId;
    words[block + kFreeSite] = UNKNOWN_SITE;
    words[block + kNext] = 0;
    words[block + kState] = stateWord(LIVE, typeId);
  }

  /** What is wrong with freeing the block, if anything. */
  private faultOfFree(block: number, pointer: number, typeId: number): MallocFault | undefined {
    if (block === 0 || pointer !== block + BLOCK_HEADER_WORDS) return 'wild-free';
    const word = this.memory.words[block + kState];
    const state = stateOfWord(word);
    if (state === FREED) return 'double-free';
    if (state !== LIVE) return state === 0 ? 'wild-free' : 'damaged-header';
    return typeOfWord(word) === typeId ? undefined : 'wrong-type';
  }

  /** Makes a live block free. */
  private closeBlock(block: number, typeId: number, siteId: number): void {
    const { words } = this.memory;
    const sizeClass = this.heap.sizeClassOf(block);
    const checks = words[this.control + kChecking] !== 0;
    if (checks) this.reportDamage(block);
    words[block + kFreeSite] = siteId;
    words[block + kState] = stateWord(FREED, typeId);
    this.types.countFree(typeId, sizeClass);
    if (!checks) {
      this.heap.put(sizeClass, block);
      return;
    }
    poisonBlock(words, block, sizeClass);
    const released = this.quarantine.add(block);
    if (released !== 0) this.giveBack(released);
  }

  /** Gives a block from quarantine back to the heap and looks at its poison. */
  private giveBack(block: number): void {
    this.heap.put(this.heap.sizeClassOf(block), block);
    this.reportDamage(block);
  }

  private reportDamage(block: number): void {
    const damage = mendBlock(this.memory.words, block, this.heap.sizeClassOf(block));
    if (damage !== undefined) this.deliver(this.describeDamage(block, damage));
  }

  /** The report of damage. */
  private describeDamage(block: number, damage: Damage): MallocReport {
    return this.describe(damage.fault, block, block + BLOCK_HEADER_WORDS, undefined, damage.detail);
  }

  private report(fault: MallocFault, block: number, pointer: number, siteId: number, detail: string): void {
    this.deliver(this.describe(fault, block, pointer, this.sites.textOf(siteId), detail));
  }

  private deliver(report: MallocReport): void {
    if (this.onReport === undefined) throw new MallocPanic(report);
    this.onReport(report);
  }

  private describe(
    fault: MallocFault,
    block: number,
    pointer: number,
    callSite: string | undefined,
    detail: string,
  ): MallocReport {
    const known = block === 0 ? undefined : this.blockAt(block);
    return {
      fault,
      pointer: pointer as Pointer,
      typeName: known?.typeName ?? '(no type)',
      words: known?.words ?? 0,
      generation: known?.generation ?? 0,
      allocSite: known?.allocSite ?? '(never allocated)',
      freeSite: known?.freeSite,
      callSite,
      detail,
    };
  }
}
