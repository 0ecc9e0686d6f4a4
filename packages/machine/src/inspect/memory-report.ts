/** Owns what an inspection says of kernel memory: use by type, and what the checker finds damaged. Pure. */
import { type MallocStatistics, mallocReportText } from '@smplab/kmem';
import type { MachineMap } from './machine-map.ts';

export interface MemoryReport {
  /** Words ever reserved, and words the memory may grow to. */
  readonly words: number;
  readonly wordsMaximum: number;
  readonly types: readonly MallocStatistics[];
  /** Poison and red zones that were written to. */
  readonly damage: readonly string[];
}

export function memoryReport(map: MachineMap): MemoryReport {
  const { kmem, memory, top } = map.file;
  const size = { words: top, wordsMaximum: memory.maximumWords };
  try {
    if (kmem === null) return { ...size, types: [], damage: [] };
    const types = kmem.statistics().filter(({ requests, failures }) => requests + failures > 0);
    return { ...size, types, damage: kmem.verify().map((report) => mallocReportText(report)) };
  } catch (error) {
    map.remarks.push(`the state of kmalloc cannot be read: ${(error as Error).message}`);
    return { ...size, types: [], damage: [] };
  }
}
