/**
 * The shape of kmalloc blocks and the size classes they come in. Pure functions and constants; the words
 * belong to the heap and are guarded by its spin word.
 *
 *   block                                                             user pointer
 *   v                                                                 v
 *   +--------------+-------+------------+------------+-----------+------+-----------------+----------+
 *   | state | type | words | generation | alloc site | free site | next | the user's words | red zone |
 *   +--------------+-------+------------+------------+-----------+------+-----------------+----------+
 *     0              1       2            3            4           5      6
 *
 * `state` is in the high half of word 0: 0 never allocated, LIVE or FREED. `next` links free lists and the
 * quarantine. The red zone is what the size class has beyond the words asked for; it is filled and checked
 * when checking is on. A freed block is full of POISON then, a new one of UNINITIALISED.
 */

/** Words before the user's. */
export const BLOCK_HEADER_WORDS = 6;
export const kState = 0;
export const kWords = 1;
export const kGeneration = 2;
export const kAllocSite = 3;
export const kFreeSite = 4;
export const kNext = 5;

/** High half of the state word of a block in use. */
export const LIVE = 0x4c56;
/** High half of the state word of a freed block. */
export const FREED = 0x4652;

/** Words of freed blocks. */
export const POISON = 0xdeadc0de | 0;
/** Words of new blocks that nobody wrote yet. */
export const UNINITIALISED = 0xbaddcafe | 0;
/** Words of a block beyond those asked for. */
export const RED_ZONE = 0xfdfdfdfd | 0;

/** Words of a heap page. Small blocks share a run of pages; large ones take whole pages. */
export const PAGE_WORDS = 256;

/** Block sizes in words, header included: up to a page, then in whole pages by halves of powers of two. */
export const SIZE_CLASSES: readonly number[] = [
  ...[8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 256],
  ...pageClasses(),
];

const LONGEST_RUN_PAGES = 4;
/** At most one word in so many is left over at the end of a run. */
const LEFT_OVER = 16;

/** Words of the run of pages that blocks of a size class share, or that one block takes. */
export const RUN_WORDS: readonly number[] = SIZE_CLASSES.map(runOf);

const MAXIMUM_CLASS_WORDS = 1 << 27;
const LARGEST_SMALL = 256;

/** Size class by words, for blocks within a page. */
const smallClass = Uint8Array.from({ length: LARGEST_SMALL + 1 }, (_, words) =>
  SIZE_CLASSES.findIndex((size) => size >= words),
);

/** 512, 768, 1024, 1536, 2048 ... words. */
function pageClasses(): number[] {
  const sizes: number[] = [];
  for (let size = 512; size <= 1 << 27; size *= 2) sizes.push(size, size + (size >> 1));
  return sizes;
}

/** The shortest run that leaves little over. A short one, because each class in use has at least one. */
function runOf(size: number): number {
  if (size >= PAGE_WORDS) return size;
  let run = PAGE_WORDS;
  while (run < LONGEST_RUN_PAGES * PAGE_WORDS && (run % size) * LEFT_OVER > run) run += PAGE_WORDS;
  return run;
}

/** The class for a block of so many user words, -1 when there is none that large. */
export function sizeClassFor(userWords: number): number {
  const words = userWords + BLOCK_HEADER_WORDS;
  if (words <= LARGEST_SMALL) return smallClass[words];
  return words > MAXIMUM_CLASS_WORDS ? -1 : SIZE_CLASSES.findIndex((size) => size >= words);
}

/** The state word of a block. */
export function stateWord(state: number, typeId: number): number {
  return (state << 16) | typeId;
}

/** LIVE, FREED, 0, or nonsense in a damaged header. */
export function stateOfWord(word: number): number {
  return word >>> 16;
}

/** The type number of a state word. */
export function typeOfWord(word: number): number {
  return word & 0xffff;
}

/** Index of the first word of [from, to) that is not `pattern`, -1 when all are. */
export function findOther(words: Int32Array, from: number, to: number, pattern: number): number {
  for (let index = from; index < to; index++) if (words[index] !== pattern) return index;
  return -1;
}

/** Fills [from, to). A loop, because the call of `fill` costs more than a small block is worth. */
export function fillWords(words: Int32Array, from: number, to: number, value: number): void {
  if (to - from > LARGEST_SMALL) words.fill(value, from, to);
  else for (let index = from; index < to; index++) words[index] = value;
}
