/**
 * Owns the four bugs of "The Linux Scheduler: a Decade of Wasted Cores" (Lozi et al., EuroSys 2016) that the
 * balance of the fair policies can be given, each by itself.
 */

export interface FairBugs {
  /** Groups are compared by their average load, not by that of their least loaded CPU. */
  readonly groupImbalance?: boolean;
  /** Groups of nodes are made as CPU 0 sees them: nodes two hops apart may be in every group together. */
  readonly groupConstruction?: boolean;
  /** Who is woken on the node where it slept is put on that node, whatever is idle elsewhere. */
  readonly overloadOnWakeup?: boolean;
  /** When a CPU has gone off, or has come back, domains of several nodes are not made again. */
  readonly missingDomains?: boolean;
}

export const BUG_NAMES = [
  'groupImbalance',
  'groupConstruction',
  'overloadOnWakeup',
  'missingDomains',
] as const;
