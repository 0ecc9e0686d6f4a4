/**
 * Owns what is kept of a run: plain data, so that it goes from a worker to who asked for it.
 */

export interface RunPlan {
  /** Place in the order of the spec. */
  readonly index: number;
  readonly cell: number;
  /** From 1. */
  readonly repetition: number;
  readonly seed: number;
}

export interface MetricInfo {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'less' | 'more' | null;
  readonly isUsual: boolean;
}

/** The tasks of one name. */
export interface TaskRow {
  readonly name: string;
  readonly tasks: number;
  readonly runNs: number;
  readonly waitNs: number;
  readonly sleepNs: number;
  readonly switches: number;
  readonly preemptions: number;
  readonly migrations: number;
  readonly misses: number;
  readonly longestWaitNs: number;
  /** Percentiles as in PARTS; null without any. */
  readonly wakeup: readonly number[] | null;
  readonly response: readonly number[] | null;
}

export interface CpuRow {
  readonly cpu: number;
  readonly utilisation: number;
  readonly overhead: number;
  readonly switches: number;
}

export interface RunFinding {
  readonly verdict: 'starvation' | 'livelock' | 'policy-error';
  readonly message: string;
}

export interface RunResult extends RunPlan {
  readonly labels: Readonly<Record<string, string>>;
  readonly measuredNs: number;
  readonly events: number;
  readonly values: Readonly<Record<string, number | null>>;
  /** Metrics that only this run knows: figures of its workload. */
  readonly further: readonly MetricInfo[];
  readonly tasks: readonly TaskRow[];
  readonly cpus: readonly CpuRow[];
  /** Time at each of the parts in CURVE_PARTS; what of is the name of a distribution. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
  readonly findings: readonly RunFinding[];
  readonly warnings: readonly string[];
}

export const PARTS: readonly number[] = [0.5, 0.9, 0.95, 0.99, 0.999];

/** Where curves are read: 0 to 0.95 in steps of 0.05, and then closer. */
export const CURVE_PARTS: readonly number[] = [
  ...Array.from({ length: 20 }, (_, at) => at / 20),
  0.95,
  0.96,
  0.97,
  0.98,
  0.99,
  0.995,
  0.999,
  1,
];
