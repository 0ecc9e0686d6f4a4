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
}

export const DEFAULT_COSTS: CostModel = {
  contextSwitchNs: 1_500,
  ipiNs: 1_000,
  tickNs: 500,
  migrationNs: { self: 0, core: 200, cache: 2_000, socket: 10_000, node: 15_000, remote: 30_000 },
  hopNs: 10_000,
};

export const NO_COSTS: CostModel = {
  contextSwitchNs: 0,
  ipiNs: 0,
  tickNs: 0,
  migrationNs: { self: 0, core: 0, cache: 0, socket: 0, node: 0, remote: 0 },
  hopNs: 0,
};
