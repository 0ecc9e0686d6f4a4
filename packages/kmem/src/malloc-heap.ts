/**
 * The heap under kmalloc: arenas of pages, free lists per size class, and the page directory that leads from
 * any word to its block. All state is in kernel memory. Everything that changes it runs under kmalloc's spin
 * word; `blockOf` takes no lock.
 *
 *   heap    word 0  arenas      word 1  current arena    word 2  next free page   word 3  end of the arena
 *           word 4  page directory
 *           word 5...   per size class: [ free list | next fresh block | end of fresh blocks ]
 *           then        per arena: [ first page | end ], as words
 *
 *   page directory: one word per 65,536 words of memory -> leaf of 256 words, one per page:
 *           0 no heap page, n > 0 first page of a run of size class n - 1, n < 0 first page is n pages off
 */
import { PAGE_WORDS, RUN_WORDS, SIZE_CLASSES, kNext, kState } from './malloc-block.ts';
import type { Memory } from './memory.ts';
import { KmemError } from './kmem-error.ts';

const kArenas = 0;
const kCurrent = 1;
const kNextPage = 2;
const kArenaEnd = 3;
const kDirectory = 4;
const kClasses = 5;
const CLASS_WORDS = 3;
const kArenaTable = kClasses + CLASS_WORDS * SIZE_CLASSES.length;
const ARENAS = 64;
const PAGE_SHIFT = 8;
const LEAF_PAGES = 256;
const LEAF_SHIFT = 8;
const FIRST_ARENA_PAGES = 8;

/** Words of the heap's own state. */
export const HEAP_WORDS = kArenaTable + 2 * ARENAS;

/** One thread's access to the heap at a pointer. */
export class MallocHeap {
  private readonly memory: Memory;
  private readonly heap: number;

  constructor(memory: Memory, heap: number) {
    this.memory = memory;
    this.heap = heap;
  }

  /** Sets up a zeroed heap, once. */
  initialise(): void {
    const leaves = Math.ceil(this.memory.maximumWords / (LEAF_PAGES * PAGE_WORDS));
    const directory = this.memory.reserve(leaves);
    this.memory.words[this.heap + kDirectory] = directory;
  }

  /** Takes a block off the free list, or a fresh one; 0 when there is no memory. `next` of it is stale. */
  take(sizeClass: number): number {
    const entry = this.heap + kClasses + CLASS_WORDS * sizeClass;
    const { words } = this.memory;
    const free = words[entry];
    if (free !== 0) {
      words[entry] = words[free + kNext];
      return free;
    }
    const fresh = words[entry + 1];
    const size = SIZE_CLASSES[sizeClass];
    if (fresh + size <= words[entry + 2]) {
      words[entry + 1] = fresh + size;
      return fresh;
    }
    return this.takeFromNewRun(entry, sizeClass, size);
  }

  /** Puts a block on its free list. */
  put(sizeClass: number, block: number): void {
    const entry = this.heap + kClasses + CLASS_WORDS * sizeClass;
    this.memory.words[block + kNext] = this.memory.words[entry];
    this.memory.words[entry] = block;
  }

  /** The block that holds a word, 0 when the word is not in the heap. */
  blockOf(wordIndex: number): number {
    const first = this.firstPage(wordIndex);
    if (first < 0) return 0;
    const start = first << PAGE_SHIFT;
    const sizeClass = this.pageValue(first) - 1;
    const size = SIZE_CLASSES[sizeClass];
    const run = RUN_WORDS[sizeClass];
    // Readers without the lock may have a view from before another thread grew the memory.
    if (start + run > this.memory.length) this.memory.refresh();
    if (size === run) return start;
    const block = start + Math.floor((wordIndex - start) / size) * size;
    return block + size <= start + run ? block : 0;
  }

  /** The size class of a block. */
  sizeClassOf(block: number): number {
    const page = block >> PAGE_SHIFT;
    const value = this.pageValue(page);
    return (value < 0 ? this.pageValue(page + value) : value) - 1;
  }

  /**
   * Calls `visit` with every block ever allocated since the last reset, by ascending address within arenas.
   */
  forEachBlock(visit: (block: number, sizeClass: number) => void): void {
    this.memory.refresh();
    const { words } = this.memory;
    this.forEachArena((from, to) => {
      for (let start = from; start < to;) {
        const sizeClass = this.sizeClassOf(start);
        if (sizeClass < 0) break;
        const size = SIZE_CLASSES[sizeClass];
        const run = RUN_WORDS[sizeClass];
        for (let block = start; block + size <= start + run; block += size) {
          if (words[block + kState] !== 0) visit(block, sizeClass);
        }
        start += run;
      }
    });
  }

  /**
   * Makes the heap as empty as at the start: all pages zeroed and unassigned, arenas kept. Linear in the used
   * words.
   */
  reset(): void {
    const { words } = this.memory;
    this.forEachArena((from, to) => {
      for (let page = from >> PAGE_SHIFT; page < to >> PAGE_SHIFT; page++) this.setPageValue(page, 0);
      words.fill(0, from, to);
    });
    words.fill(0, this.heap + kClasses, this.heap + kArenaTable);
    if (words[this.heap + kArenas] > 0) this.enterArena(0);
  }

  /** Calls back with the used part of each arena. */
  private forEachArena(visit: (from: number, to: number) => void): void {
    const { words } = this.memory;
    const current = words[this.heap + kCurrent];
    for (let arena = 0; arena < words[this.heap + kArenas] && arena <= current; arena++) {
      const entry = this.heap + kArenaTable + 2 * arena;
      visit(words[entry], arena === current ? words[this.heap + kNextPage] : words[entry + 1]);
    }
  }

  /** Takes the first block of a new run of pages; 0 when there is no memory. */
  private takeFromNewRun(entry: number, sizeClass: number, size: number): number {
    const run = RUN_WORDS[sizeClass];
    const start = this.takePages(run);
    if (start === 0) return 0;
    const first = start >> PAGE_SHIFT;
    this.setPageValue(first, sizeClass + 1);
    for (let page = 1; page < run >> PAGE_SHIFT; page++) this.setPageValue(first + page, -page);
    if (size < run) {
      this.memory.words[entry + 1] = start + size;
      this.memory.words[entry + 2] = start + run;
    }
    return start;
  }

  /** Takes whole pages from the current arena, a later one, or a new one; 0 when there is no memory. */
  private takePages(run: number): number {
    for (;;) {
      const { words } = this.memory;
      const start = words[this.heap + kNextPage];
      if (start !== 0 && start + run <= words[this.heap + kArenaEnd]) {
        if (!this.coverPages(start, run)) return 0;
        this.memory.words[this.heap + kNextPage] = start + run;
        return start;
      }
      const current = words[this.heap + kCurrent];
      if (current + 1 < words[this.heap + kArenas]) this.enterArena(current + 1);
      else if (!this.addArena(run)) return 0;
    }
  }

  private enterArena(arena: number): void {
    const { words } = this.memory;
    const entry = this.heap + kArenaTable + 2 * arena;
    words[this.heap + kCurrent] = arena;
    words[this.heap + kNextPage] = words[entry];
    words[this.heap + kArenaEnd] = words[entry + 1];
  }

  /** Reserves a new arena, as large as all before together; joins it to the last when it follows directly. */
  private addArena(run: number): boolean {
    const { words } = this.memory;
    const arenas = words[this.heap + kArenas];
    let total = 0;
    for (let arena = 0; arena < arenas; arena++) {
      const entry = this.heap + kArenaTable + 2 * arena;
      total += words[entry + 1] - words[entry];
    }
    let size = Math.max(run, total, FIRST_ARENA_PAGES * PAGE_WORDS);
    let start = this.tryReserve(size);
    if (start === 0) {
      size = run;
      start = this.tryReserve(size);
      if (start === 0) return false;
    }
    const end = start + size;
    const lastEnd = this.heap + kArenaTable + 2 * (arenas - 1) + 1;
    if (arenas > 0 && this.memory.words[lastEnd] === start) {
      this.memory.words[lastEnd] = end;
      this.memory.words[this.heap + kArenaEnd] = end;
      return true;
    }
    if (arenas === ARENAS)
      throw new KmemError('ENOSPC', `kmalloc has no room for another arena after ${ARENAS}`);
    const entry = this.heap + kArenaTable + 2 * arenas;
    this.memory.words[entry] = start;
    this.memory.words[entry + 1] = end;
    this.memory.words[this.heap + kArenas] = arenas + 1;
    this.enterArena(arenas);
    return true;
  }

  /** Page-aligned words, 0 when the memory is full. */
  private tryReserve(words: number): number {
    try {
      return this.memory.reserve(words, PAGE_WORDS);
    } catch (error) {
      if (error instanceof KmemError && error.code === 'ENOMEM') return 0;
      throw error;
    }
  }

  /** Makes the directory leaves for a run of pages; false when there is no memory for one. */
  private coverPages(start: number, run: number): boolean {
    const directory = this.memory.words[this.heap + kDirectory];
    const lastLeaf = (start + run - 1) >> (PAGE_SHIFT + LEAF_SHIFT);
    for (let leaf = start >> (PAGE_SHIFT + LEAF_SHIFT); leaf <= lastLeaf; leaf++) {
      if (this.memory.words[directory + leaf] !== 0) continue;
      const reserved = this.tryReserve(LEAF_PAGES);
      if (reserved === 0) return false;
      Atomics.store(this.memory.words, directory + leaf, reserved);
    }
    return true;
  }

  /** The first page of the run a word is in, -1 when the word is not in the heap. */
  private firstPage(wordIndex: number): number {
    if (!Number.isInteger(wordIndex) || wordIndex <= 0 || wordIndex >= this.memory.maximumWords) return -1;
    const page = wordIndex >> PAGE_SHIFT;
    const value = this.pageValue(page);
    if (value === 0) return -1;
    return value < 0 ? page + value : page;
  }

  private pageValue(page: number): number {
    const { words } = this.memory;
    const leaf = words[words[this.heap + kDirectory] + (page >> LEAF_SHIFT)];
    if (leaf === 0) return 0;
    return (leaf + LEAF_PAGES > words.length ? this.memory.cover(leaf + LEAF_PAGES) : words)[
      leaf + (page & (LEAF_PAGES - 1))
    ];
  }

  private setPageValue(page: number, value: number): void {
    const leaf = this.memory.words[this.memory.words[this.heap + kDirectory] + (page >> LEAF_SHIFT)];
    this.memory.words[leaf + (page & (LEAF_PAGES - 1))] = value;
  }
}
