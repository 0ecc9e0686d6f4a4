/**
 * Owns what things cost in virtual nanoseconds, in one object that an experiment states whole. The default is
 * a machine of today, in round figures; NO_COSTS makes time pass for nothing but the work of tasks, as
 * queueing theory has it.
 */
import type { Distance } from './topology/topology.ts';

export interface CostModel {
  /** A CPU goes from one task to another. */
  readonly contextSwitchNs: number;
  /** From the moment a CPU is told to look at its queue until it does, by another CPU. */
  readonly ipiNs: number;
  /** A tick, of each CPU that is not idle. */
  readonly tickNs: number;
  /** What a task loses that runs on another CPU than the last time: its caches are cold. */
  readonly migrationNs: Readonly<Record<Distance, number>>;
  /** For each hop between nodes, on top of it. */
  readonly hopNs: number;
  /** What the operations of a kernel take, where the kernel itself runs (grain `kernel`). */
  readonly kernel: KernelCosts;
}

export interface KernelCosts {
  /** A load of a word, and a store or a read-modify-write, that finds its line in the cache of the CPU. */
  readonly loadNs: number;
  readonly storeNs: number;
  /** On top of it where another CPU has the line, by how far that one is. */
  readonly lineNs: Readonly<Record<Distance, number>>;
  /** From one thread to another on a CPU. */
  readonly switchNs: number;
  /** From an interrupt to the first operation of its handler. */
  readonly interruptNs: number;
}

export const DEFAULT_COSTS: CostModel = {
  contextSwitchNs: 1_500,
  ipiNs: 1_000,
  tickNs: 500,
  migrationNs: { self: 0, core: 200, cache: 2_000, socket: 10_000, node: 15_000, remote: 30_000 },
  hopNs: 10_000,
  kernel: {
    loadNs: 1,
    storeNs: 8,
    lineNs: { self: 0, core: 5, cache: 30, socket: 80, node: 110, remote: 180 },
    switchNs: 400,
    interruptNs: 300,
  },
};

export const NO_COSTS: CostModel = {
  contextSwitchNs: 0,
  ipiNs: 0,
  tickNs: 0,
  migrationNs: { self: 0, core: 0, cache: 0, socket: 0, node: 0, remote: 0 },
  hopNs: 0,
  kernel: {
    loadNs: 0,
    storeNs: 0,
    lineNs: { self: 0, core: 0, cache: 0, socket: 0, node: 0, remote: 0 },
    switchNs: 0,
    interruptNs: 0,
  },
};
