/**
 * Owns the names of kernel words for reports: which struct of which CPU, thread or block a word belongs to.
 * Looks only at kernel memory; used when a run is looked at in detail, never during a search.
 */
import type { Target } from '@smplab/explore';
import { readCstring } from '@smplab/kmem';
import { T_DESC } from '@smplab/token';
import { Globaldata } from '../globaldata.ts';
import { Ipiq } from '../ipiq-fifo.ts';
import type { Kernel } from '../kernel.ts';
import { Kern } from '../kern.ts';
import { TD, Thread } from '../thread.ts';
import { M_THREAD } from '../thread-init.ts';

export class KernelNames implements Target {
  readonly #threads = new Map<number, string>();

  constructor(readonly kernel: Kernel) {}

  describe(location: number): string {
    return this.#inCpu(location) ?? this.#inTables(location) ?? this.#inBlock(location) ?? `word ${location}`;
  }

  /** A token by its description. */
  token(location: number): string {
    const desc = readCstring(this.kernel.memory, location + T_DESC, 16);
    // A token in memory that has been freed and poisoned: what it belonged to.
    if (desc.includes('\ufffd')) return this.describe(location);
    return desc === '' ? `token ${location}` : desc;
  }

  /** A thread by its name, also when its memory has been freed and poisoned since it ran. */
  thread(td: number): string {
    const name = readCstring(this.kernel.memory, td + TD.td_comm, 16);
    if (name.includes('\ufffd')) return this.#threads.get(td) ?? String(td);
    this.#threads.set(td, name);
    return name;
  }

  #inCpu(location: number): string | null {
    const { kernel } = this;
    for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
      const offset = location - kernel.gdOf(cpuid);
      if (offset >= 0 && offset < Globaldata.size) return `cpu${cpuid}.${Globaldata.describe(offset)}`;
      for (let source = 0; source < kernel.ncpus; source++) {
        const inside = location - kernel.ipiqOf(source, cpuid);
        if (inside >= 0 && inside < Ipiq.size) return `ipiq[${source}→${cpuid}].${Ipiq.describe(inside)}`;
      }
    }
    return null;
  }

  #inTables(location: number): string | null {
    const { kernel } = this;
    const bucket = location - kernel.sleepMasks;
    if (bucket >= 0 && bucket < kernel.sleepBuckets * 2) return `slpque_cpumasks[${bucket >> 1}]`;
    const offset = location - kernel.kern;
    return offset >= 0 && offset < Kern.size ? Kern.describe(offset) : null;
  }

  #inBlock(location: number): string | null {
    const block = this.kernel.kmem.blockAt(location);
    if (block === undefined || block.offset < 0) return null;
    if (block.typeName === M_THREAD.name) {
      return `thread ${this.thread(block.pointer)}.${Thread.describe(block.offset)}`;
    }
    const which = this.#numberOf(block.typeName, block.pointer);
    const name = which === '' ? block.typeName : `${block.typeName}${which}`;
    const layout = this.kernel.structs.get(block.typeName);
    if (layout?.size === block.words) return `${name}.${layout.describe(block.offset)}`;
    return block.words === 1 ? name : `${name}[${block.offset}]`;
  }

  /** Blocks of one type are told apart by their number, if there are several. */
  #numberOf(typeName: string, pointer: number): string {
    const twins = this.kernel.kmem.liveBlocks().filter((each) => each.typeName === typeName);
    const at = twins.findIndex((each) => each.pointer === pointer);
    return twins.length < 2 || at < 0 ? '' : `#${at + 1}`;
  }
}
