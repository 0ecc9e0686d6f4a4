/**
 * Owns what a machine in virtual time has to know of costs: plain functions of numbers, asked for every
 * operation. Times are nanoseconds; work is in nanoseconds of a CPU of speed 1.
 */

export interface Timing {
  /** What an operation takes: how it touches a word (READ, WRITE, ATOMIC; 0 for none), and when it begins. */
  readonly operationNs: (cpu: number, access: number, location: number, now: number) => number;
  /** The CPU goes to a thread that it has run last (`from` is itself), or another CPU has, or none (-1). */
  readonly switchNs: (cpu: number, from: number) => number;
  /** From a signal until the interrupt of the other CPU. */
  readonly ipiNs: (from: number, to: number) => number;
  /** An interrupt takes that long before its handler does anything. */
  readonly interruptNs: number;
  /** The same of the clock. */
  readonly clockNs: number;
  /** Speed of each CPU at its best; others of its core may slow it down. */
  readonly speeds: readonly number[];
  /** Other CPUs of the core of each; the speed of a CPU while one of them is busy, as a part of its own. */
  readonly siblings: readonly (readonly number[])[];
  readonly smtFactor: number;
}

/** Operations take a time each, and all CPUs are alike. */
export function uniformTiming(cpus: number, costs: Partial<UniformCosts> = {}): Timing {
  const { operationNs, switchNs, ipiNs, interruptNs, clockNs } = { ...UNIFORM_COSTS, ...costs };
  return {
    operationNs: (_cpu, access) => (access === 0 ? 0 : operationNs),
    switchNs: () => switchNs,
    ipiNs: (from, to) => (from === to ? 0 : ipiNs),
    interruptNs,
    clockNs,
    speeds: new Array<number>(cpus).fill(1),
    siblings: Array.from({ length: cpus }, () => []),
    smtFactor: 1,
  };
}

export interface UniformCosts {
  readonly operationNs: number;
  readonly switchNs: number;
  readonly ipiNs: number;
  readonly interruptNs: number;
  readonly clockNs: number;
}

const UNIFORM_COSTS: UniformCosts = {
  operationNs: 10,
  switchNs: 500,
  ipiNs: 1_000,
  interruptNs: 200,
  clockNs: 500,
};

/** Nothing takes any time but the work of programs. */
export const NO_TIME: UniformCosts = { operationNs: 0, switchNs: 0, ipiNs: 0, interruptNs: 0, clockNs: 0 };
