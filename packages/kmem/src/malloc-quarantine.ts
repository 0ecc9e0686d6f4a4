/**
 * Where freed blocks wait before they are used again, and what is looked at when checking is on: the poison
 * of freed blocks and the red zones of live ones. The words belong to kmalloc and are guarded by its spin
 * word.
 *
 *   quarantine   word 0  limit, -1 for none     word 1  blocks     word 2  oldest     word 3  newest
 *
 * Blocks are linked oldest first through the `next` word of their headers.
 */
import {
  BLOCK_HEADER_WORDS,
  FREED,
  LIVE,
  POISON,
  RED_ZONE,
  SIZE_CLASSES,
  fillWords,
  findOther,
  kNext,
  kState,
  kWords,
  stateOfWord,
} from './malloc-block.ts';
import type { MallocFault } from './malloc-report.ts';
import type { Memory } from './memory.ts';

const kLimit = 0;
const kBlocks = 1;
const kOldest = 2;
const kNewest = 3;

/** Words of the quarantine's own state. */
export const QUARANTINE_WORDS = 4;

/** The queue of freed blocks. */
export class MallocQuarantine {
  private readonly memory: Memory;
  private readonly base: number;

  constructor(memory: Memory, base: number) {
    this.memory = memory;
    this.base = base;
  }

  /** Sets the limit, once; `Infinity` for no reuse at all. */
  initialise(limitBlocks: number): void {
    this.memory.words[this.base + kLimit] = limitBlocks === Infinity ? -1 : limitBlocks;
  }

  /** Adds a freed block; returns the oldest, which has to leave, or 0. */
  add(block: number): number {
    const { words } = this.memory;
    const newest = words[this.base + kNewest];
    words[block + kNext] = 0;
    if (newest === 0) words[this.base + kOldest] = block;
    else words[newest + kNext] = block;
    words[this.base + kNewest] = block;
    words[this.base + kBlocks] += 1;
    const limit = words[this.base + kLimit];
    return limit >= 0 && words[this.base + kBlocks] > limit ? this.takeOldest() : 0;
  }

  /** Takes the oldest block because memory is short; 0 when there is none or reuse is forbidden. */
  takeForReuse(): number {
    const { words } = this.memory;
    return words[this.base + kLimit] < 0 || words[this.base + kBlocks] === 0 ? 0 : this.takeOldest();
  }

  /** Forgets all blocks; the limit stays. */
  reset(): void {
    this.memory.words.fill(0, this.base + kBlocks, this.base + QUARANTINE_WORDS);
  }

  private takeOldest(): number {
    const { words } = this.memory;
    const block = words[this.base + kOldest];
    const next = words[block + kNext];
    words[this.base + kOldest] = next;
    if (next === 0) words[this.base + kNewest] = 0;
    words[this.base + kBlocks] -= 1;
    return block;
  }
}

/** Damage to a block: what it is, and which word. */
export interface Damage {
  readonly fault: MallocFault;
  readonly detail: string;
}

/** Fills all words of a freed block, red zone included, with POISON. */
export function poisonBlock(words: Int32Array, block: number, sizeClass: number): void {
  fillWords(words, block + BLOCK_HEADER_WORDS, block + SIZE_CLASSES[sizeClass], POISON);
}

/** Damage to the poison of a freed block or the red zone of a live one, undefined when there is none. */
export function damageOf(words: Int32Array, block: number, sizeClass: number): Damage | undefined {
  const state = stateOfWord(words[block + kState]);
  if (state !== LIVE && state !== FREED) return { fault: 'damaged-header', detail: '' };
  const user = block + BLOCK_HEADER_WORDS;
  const isFree = state === FREED;
  const from = isFree ? user : user + words[block + kWords];
  const damaged = findOther(words, from, block + SIZE_CLASSES[sizeClass], isFree ? POISON : RED_ZONE);
  if (damaged < 0) return undefined;
  const value = (words[damaged] >>> 0).toString(16);
  return {
    fault: isFree ? 'write-after-free' : 'overrun',
    detail: `word ${damaged} (offset ${damaged - user}) holds 0x${value}`,
  };
}

/** As `damageOf`, and puts the pattern back, so that damage is reported once. */
export function mendBlock(words: Int32Array, block: number, sizeClass: number): Damage | undefined {
  const damage = damageOf(words, block, sizeClass);
  if (damage?.fault === 'write-after-free') poisonBlock(words, block, sizeClass);
  if (damage?.fault === 'overrun') {
    const end = block + SIZE_CLASSES[sizeClass];
    fillWords(words, block + BLOCK_HEADER_WORDS + words[block + kWords], end, RED_ZONE);
  }
  return damage;
}
