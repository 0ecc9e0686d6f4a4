/**
 * Owns what the main thread asks of a worker that runs experiments, and what it answers. Plain data.
 */
import type { Overrides, Plan, RunPlan, RunResult } from '@smplab/sched';

/** Where an experiment is to be found. */
export interface ExperimentTarget {
  /** Absolute path. */
  readonly path: string;
  /** How messages name the file. */
  readonly file: string;
  /** URL of the module that makes TypeScript and imports of ours work. */
  readonly loader: string;
}

export type ExperimentTask = {
  readonly target: ExperimentTarget;
  readonly overrides: Overrides;
} & (
  | { readonly kind: 'plan' }
  /** `trace`: the file into which the run is recorded. */
  | { readonly kind: 'run'; readonly run: RunPlan; readonly trace?: string }
);

export type ExperimentAnswer =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'run'; readonly result: RunResult }
  /** What was given is wrong: in words. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string; readonly stack: string };
