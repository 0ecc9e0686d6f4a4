/**
 * Owns what an experiment is, as its author writes it: in TypeScript, or as JSON, where functions are not to
 * be had and `{ "$": "factor" }` stands for the level of a factor instead. Data; nothing here runs.
 */
import type { CostModel } from '../cost-model.ts';
import type { ProcessWorkload } from '../kernel-grain/process-workload.ts';
import type { RunView } from '../metrics/run-view.ts';
import type { Policy } from '../policy/policy.ts';
import type { RandomStream } from '../random-stream.ts';
import type { Topology, TopologyOptions } from '../topology/topology.ts';
import type { Workload } from '../workload/workload.ts';
import type { ExperimentHost } from './experiment-host.ts';

/** The value of each factor in a run. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the author of a spec knows its levels
export type Levels = Readonly<Record<string, any>>;

/** A level; one that is no plain value needs a label, by which tables and `--only` name it. */
export type Level = string | number | boolean | { readonly label: string; readonly value: unknown };

/** Stands for the level of a factor. */
export interface FactorReference {
  readonly $: string;
}

/** Given as it is, by a factor, or made of the levels of a run. */
export type Given<T> = T | FactorReference | ((levels: Levels) => T);

/** Something of a table, with its options. */
export interface Named {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export const GRAINS = ['tasks', 'kernel'] as const;
export type Grain = (typeof GRAINS)[number];

/** A number is so many CPUs that are alike; a text the name of a preset. */
export type MachineSpec = number | string | Topology | TopologyOptions | { readonly preset: string };

export type CostSpec = 'default' | 'none' | { readonly [K in keyof CostModel]?: Partial<CostModel[K]> };

/** A policy of one's own is made by a function, anew for each run. */
export type PolicySpec = string | Named | Policy<never>;

/** A name, files (paths are relative to the spec), a workload, or several of these together. */
export type WorkloadSpec =
  | string
  | Named
  | { readonly rtApp: string }
  | { readonly replay: string }
  | Workload
  | readonly WorkloadSpec[];

/** A metric of one's own. */
export interface CustomMetric {
  readonly name: string;
  /** `ns`, `%`, `1/s`, `1` for what is counted, or any other. */
  readonly unit: string;
  /** Which is better; without it neither. */
  readonly better?: 'less' | 'more';
  readonly measure: (run: RunView) => number | null;
}

export interface CompareSpec {
  /** The factor whose levels are compared with each other; the others stay what they are. */
  readonly factor: string;
  /** Label of the level that the others are compared with; default the first. */
  readonly baseline?: string | number | boolean;
  /** Default the ones that matter most often. */
  readonly metrics?: readonly string[];
}

export interface ExperimentSpec {
  readonly name: string;
  readonly description?: string;
  readonly factors?: Readonly<Record<string, readonly Level[]>>;
  /** Runs of each combination of levels, each with a seed of its own; default 5. */
  readonly repetitions?: number;
  /** Seed of the first repetition; those that follow have the next ones. Default 1. */
  readonly seed?: number;
  /** End of a run, ns; default what the workload wants, or when all its tasks have ended. */
  readonly durationNs?: Given<number>;
  /** Measured from here on, ns; default 0. */
  readonly warmupNs?: Given<number>;
  readonly machine?: Given<MachineSpec>;
  /**
   * `tasks`: tasks and policies with coarse costs, fast; `kernel`: every task is a thread of the kernel,
   * whose operations take time. Default `tasks`.
   */
  readonly grain?: Given<Grain>;
  /** In place of a workload: programs that the kernel runs as its processes. TypeScript only. */
  readonly processes?: (levels: Levels, random: RandomStream) => ProcessWorkload;
  readonly costs?: Given<CostSpec>;
  readonly policy?: Given<PolicySpec>;
  /** A function may put tasks on the machine by itself, or give a workload to start. */
  readonly workload?:
    | WorkloadSpec
    | FactorReference
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- it may give nothing
    | ((host: ExperimentHost, levels: Levels) => WorkloadSpec | void);
  /** Names of metrics to show, and metrics of one's own; default those that matter most often. */
  readonly metrics?: readonly (string | CustomMetric)[];
  readonly compare?: CompareSpec;
  /** Probability with which confidence intervals hold; default 0.95. */
  readonly confidence?: number;
  /** A task that waits longer for a CPU starves; default 30 s, or as long as is measured if that is less. */
  readonly starvationNs?: number;
}

/** A spec is wrong; `path` is where in it, as keys. */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError';
  readonly path: readonly string[];

  constructor(message: string, path: readonly string[] = []) {
    super(message);
    this.path = path;
  }
}

/** An experiment as a file exports it. */
export interface Experiment {
  readonly kind: 'experiment';
  readonly spec: ExperimentSpec;
}

/** Makes an experiment of its description: `export default experiment({ ... })`. */
export function experiment(spec: ExperimentSpec): Experiment {
  return { kind: 'experiment', spec };
}
