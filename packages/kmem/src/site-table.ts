/**
 * Source sites (`kern_fork.c:213`) as numbers in kernel memory, so that a block can remember where it was
 * allocated and freed. The table lies behind a root slot and is guarded by its own spin word.
 */
import { KmemError } from './kmem-error.ts';
import { MemoryRoot } from './memory.ts';
import type { Memory } from './memory.ts';
import { NameTable, createNameTable } from './name-table.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';

const SITE_CAPACITY = 512;

/** A source site: its text, or its number from `SiteTable.intern`, which is faster. */
export type Site = string | number;

/** The site of those who name none, or came when the table was full. */
export const UNKNOWN_SITE = 0;

/** The sites of a memory. */
export class SiteTable {
  private readonly names: NameTable;

  constructor(memory: Memory) {
    let table = memory.root(MemoryRoot.sites);
    if (table === NULL) table = memory.publishRoot(MemoryRoot.sites, createNameTable(memory, SITE_CAPACITY));
    this.names = new NameTable(memory, table as Pointer<'name table'>);
  }

  /** The number of a site; `UNKNOWN_SITE` when all 512 are taken, since a report is not worth a failure. */
  intern(site: Site): number {
    if (typeof site === 'number') return site;
    try {
      return this.names.intern(site);
    } catch (error) {
      if (error instanceof KmemError && error.code === 'ENOSPC') return UNKNOWN_SITE;
      throw error;
    }
  }

  /** The text of a site number. */
  textOf(id: number): string {
    return this.names.nameOf(id) ?? '(unknown site)';
  }
}
