/**
 * Owns walking the lists of a machine that stands still or has crashed: nothing in them is trusted, so a link
 * that leads out of memory, or round and round, ends the walk. No steps, no tokens.
 */
const MOST = 1 << 20;

/** The elements of a list, by the words that lead to the next. */
export function* dumpList(words: Int32Array, first: number, entry: number): Generator<number> {
  const seen = new Set<number>();
  let at = first;
  while (at > 0 && at + entry < words.length && !seen.has(at) && seen.size < MOST) {
    seen.add(at);
    yield at;
    at = words[at + entry];
  }
}
