/**
 * Owns walking linked lists of a dump whose links may lead anywhere: a walk ends where the list does, where
 * it comes back to an element it has seen, or where it leaves what can be an element; and says which. Pure.
 */
import type { CrashFile } from './crash-file.ts';

/** The elements of a list, and why there are no more, if that is not its end. */
export interface CutList {
  readonly items: readonly number[];
  /** Null for a list that ends properly. */
  readonly cut: string | null;
}

/**
 * The elements from `first` on.
 * @param link offset of the field whose first word leads to the next element
 */
export function cutList(file: CrashFile, struct: string, first: number, link: string): CutList {
  const next = file.offset(struct, link);
  const seen = new Set<number>();
  for (let at = first; at !== 0; at = file.word(at + next)) {
    if (seen.has(at)) {
      return {
        items: [...seen],
        cut: `is cut after ${counted(seen.size)}: it comes back to ${struct} ${at}`,
      };
    }
    if (!file.has(struct, at)) {
      return {
        items: [...seen],
        cut: `is cut after ${counted(seen.size)}: it leads to word ${at}, where no ${struct} can be`,
      };
    }
    seen.add(at);
  }
  return { items: [...seen], cut: null };
}

function counted(count: number): string {
  return count === 1 ? '1 element' : `${count} elements`;
}
