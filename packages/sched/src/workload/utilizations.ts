/**
 * Owns random utilizations of tasks that have a given sum, uniform over all that have it, as experiments on
 * schedulability need them: UUniFast-Discard (Bini, Buttazzo 2005; Davis, Burns 2009) and RandFixedSum
 * (Stafford 2006; Emberson, Stafford, Davis 2010), which also keeps each between two bounds.
 */
import type { RandomStream } from '../random-stream.ts';
import { WorkloadError } from './workload.ts';

/** So often UUniFast may miss before somebody is told to take RandFixedSum. */
const MOST_TRIES = 100_000;

function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new WorkloadError(`a set of ${count} tasks: a whole number from 1 is needed`);
}

/**
 * So many utilizations with a sum, each at most `most`: drawn without that bound, and thrown away when one is
 * above it. It takes long when nearly all are; RandFixedSum does not.
 */
export function uunifastDiscard(count: number, sum: number, random: RandomStream, most = 1): number[] {
  checkCount(count);
  if (!(sum > 0) || sum > count * most)
    throw new WorkloadError(`${count} tasks of at most ${most} each cannot have a utilization of ${sum}`);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found: number[] = [];
    let left = sum;
    for (let others = count - 1; others > 0; others--) {
      const next = left * random.uniform() ** (1 / others);
      found.push(left - next);
      left = next;
    }
    found.push(left);
    if (found.every((each) => each <= most)) return found;
  }
  throw new WorkloadError(
    `no ${count} utilizations of at most ${most} and a sum of ${sum} in ${MOST_TRIES} tries: ` +
      'randFixedSum finds them',
  );
}

/**
 * The points of a cube with a given sum of coordinates fall into simplices; the probabilities with which one
 * is chosen, dimension by dimension, are worked out first, and a point in it is drawn then.
 */
function simplexChances(count: number, above: readonly number[], below: readonly number[]): number[][] {
  const chances: number[][] = [];
  let weights = [0, Number.MAX_VALUE];
  for (let size = 2; size <= count; size++) {
    const next = [0];
    const row: number[] = [];
    for (let at = 0; at < size; at++) {
      const [low, high] = [above[at], below[count - size + at]];
      // What was beyond the last of the smaller size has no weight.
      const stays = ((weights[at + 1] ?? 0) * low) / size;
      const moves = ((weights[at] ?? 0) * high) / size;
      const both = stays + moves;
      next.push(both);
      const total = both + Number.MIN_VALUE;
      row.push(high > low ? moves / total : 1 - stays / total);
    }
    chances.push(row);
    weights = next;
  }
  return chances;
}

/** A point of the unit cube with a sum. */
function pointOf(count: number, sum: number, random: RandomStream): number[] {
  const corner = Math.max(Math.min(Math.floor(sum), count - 1), 0);
  const fitted = Math.max(Math.min(sum, corner + 1), corner);
  const above = Array.from({ length: count }, (_, at) => fitted - (corner - at));
  const below = Array.from({ length: count }, (_, at) => corner + count - at - fitted);
  const chances = simplexChances(count, above, below);
  const point: number[] = [];
  let [left, column, base, part] = [fitted, corner, 0, 1];
  for (let size = count - 1; size > 0; size--) {
    const isUp = random.uniform() <= (chances[size - 1][column] ?? 0);
    const shrink = random.uniform() ** (1 / size);
    base += ((1 - shrink) * part * left) / (size + 1);
    part *= shrink;
    point.push(base + (isUp ? part : 0));
    if (isUp) {
      left--;
      column--;
    }
  }
  point.push(base + part * left);
  return point;
}

/** So many utilizations with a sum, each between two bounds. */
export function randFixedSum(
  count: number,
  sum: number,
  random: RandomStream,
  { least = 0, most = 1 }: { readonly least?: number; readonly most?: number } = {},
): number[] {
  checkCount(count);
  const isPossible = least >= 0 && least <= most && sum >= count * least && sum <= count * most;
  if (!isPossible || !(sum > 0))
    throw new WorkloadError(
      `${count} tasks from ${least} to ${most} each cannot have a utilization of ${sum}`,
    );
  const width = most - least;
  if (width === 0) return Array.from({ length: count }, () => least);
  const found = pointOf(count, (sum - count * least) / width, random).map((each) => least + each * width);
  // The simplex has an order of coordinates: no task is to be the largest more often than others.
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [found[at], found[other]] = [found[other], found[at]];
  }
  return found;
}
