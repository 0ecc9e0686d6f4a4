/**
 * Owns the blocks of a schedule (maximal runs of one strand) and the ways in which shrinking rearranges them.
 * A way names its candidates by a position, so that a search can go on where it was when one of them was
 * taken.
 */

/** Strand index and number of steps. */
export type Block = readonly [strand: number, steps: number];

/** Steps a prolonged block is offered; it takes what it can until it waits. */
const PROLONGED = 500;

/** Maximal runs of one strand. */
export function blocksOf(sequence: readonly number[]): Block[] {
  const blocks: [number, number][] = [];
  for (const strand of sequence) {
    const last = blocks.at(-1);
    if (last?.[0] === strand) last[1]++;
    else blocks.push([strand, 1]);
  }
  return blocks;
}

/** The strand of each step. */
export function sequenceOf(blocks: readonly Block[]): number[] {
  return blocks.flatMap(([strand, steps]) => new Array<number>(steps).fill(strand));
}

/** One way to rearrange: the blocks changed at a position, or null where it does not apply. */
export type Rearrangement = (blocks: readonly Block[], position: number) => Block[] | null;

function twinOf(blocks: readonly Block[], position: number): number {
  return blocks.findIndex((block, at) => at > position && block[0] === blocks[position][0]);
}

/** The strand's next block is brought up to this one. */
export const merge: Rearrangement = (blocks, position) => {
  const twin = twinOf(blocks, position);
  if (twin <= position + 1) return null;
  const between = blocks.slice(position + 1, twin);
  return [...blocks.slice(0, position + 1), blocks[twin], ...between, ...blocks.slice(twin + 1)];
};

/** This block waits for the strand's next one. */
export const postpone: Rearrangement = (blocks, position) => {
  const twin = twinOf(blocks, position);
  if (twin <= position + 1) return null;
  const between = blocks.slice(position + 1, twin);
  return [...blocks.slice(0, position), ...between, blocks[position], ...blocks.slice(twin)];
};

/** The strand goes on until it waits. */
export const prolong: Rearrangement = (blocks, position) => {
  if (position + 1 >= blocks.length) return null;
  const longer: Block = [blocks[position][0], PROLONGED];
  return [...blocks.slice(0, position), longer, ...blocks.slice(position + 1)];
};

/** This block and the next change places. */
export const swap: Rearrangement = (blocks, position) => {
  if (position + 1 >= blocks.length) return null;
  return [
    ...blocks.slice(0, position),
    blocks[position + 1],
    blocks[position],
    ...blocks.slice(position + 2),
  ];
};

/** `count` blocks from this one on are left out, in steps of `count`. */
export function drop(count: number): Rearrangement {
  return (blocks, position) => {
    if (position % count !== 0 || position >= blocks.length) return null;
    return [...blocks.slice(0, position), ...blocks.slice(position + count)];
  };
}
