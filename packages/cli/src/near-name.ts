/** Owns the guess at what was meant by a name that does not exist. Pure. */

/**
 * Edits that turn one text into the other: letters put in, left out, replaced or swapped with their
 * neighbour.
 */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[other.length];
}

/** At most `most` of the names that look like the text, the nearest first. */
export function nearNames(text: string, names: readonly string[], most = 3): string[] {
  const wanted = text.toLowerCase();
  const scored = names.map((name) => {
    const low = name.toLowerCase();
    const contains = wanted.length >= 3 && (low.includes(wanted) || wanted.includes(low));
    return { name, score: contains ? 1 : distance(wanted, low) };
  });
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return scored
    .filter(({ score }) => score <= limit)
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}
