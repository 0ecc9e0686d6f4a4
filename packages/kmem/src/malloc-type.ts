/**
 * Types and flags of kmalloc, as MALLOC_DEFINE and M_* in BSD. Types are immutable and made when a module
 * loads; their counters live in the memory of each `Kmalloc`.
 */

/** The caller can wait. This allocator never blocks, so it only says that failure is not expected. */
export const M_WAITOK = 0x2;
/** The caller cannot wait and bears NULL. */
export const M_NOWAIT = 0x1;
/** The words are zeroed. */
export const M_ZERO = 0x100;
/** The caller bears NULL when the type's limit is reached or the memory is full. */
export const M_NULLOK = 0x400;

/** What a block is for. */
export interface MallocType {
  /** Unique; a type and a struct of the same name belong together in dumps. */
  readonly name: string;
  readonly description: string;
  /** Words the type may have in use, headers included; 0 for no limit. */
  readonly limitWords: number;
}

/** Declares a type, as MALLOC_DEFINE. @example const M_PROC = mallocType('proc', 'process structures'); */
export function mallocType(name: string, description: string, limitWords = 0): MallocType {
  return { name, description, limitWords };
}

/** The counters of a type. Words include block headers and rounding. */
export interface MallocStatistics {
  readonly name: string;
  /** Live blocks. */
  readonly inUse: number;
  readonly memUseWords: number;
  /** The most `memUseWords` ever was. */
  readonly highUseWords: number;
  /** Successful allocations so far. */
  readonly requests: number;
  /** Allocations refused. */
  readonly failures: number;
  /** 0 for no limit. */
  readonly limitWords: number;
  /** Block sizes ever used, in words, ascending. */
  readonly sizesWords: readonly number[];
}

/** The counters as text in the manner of `vmstat -m`, by type name. */
export function vmstat_m(statistics: readonly MallocStatistics[]): string {
  const header = ['Type', 'InUse', 'MemUse', 'HighUse', 'Requests', 'Fail', 'Limit', 'Size(s)'];
  const rows = [...statistics]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map((type) => [
      type.name,
      String(type.inUse),
      `${type.memUseWords}w`,
      `${type.highUseWords}w`,
      String(type.requests),
      String(type.failures),
      type.limitWords === 0 ? '-' : `${type.limitWords}w`,
      type.sizesWords.join(','),
    ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => {
          const isText = column === 0 || column === row.length - 1;
          return isText ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
