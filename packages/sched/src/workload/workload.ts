/**
 * Owns what a workload is: something that puts tasks on a machine, whichever grain the machine is of, and is
 * otherwise data. Started once, at time 0, on the thread of the experiment.
 */
import type { RandomStream } from '../random-stream.ts';
import type { Task, TaskOptions } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';

/** What a workload needs of the machine that runs it. `Simulation` is one. */
export interface WorkloadHost {
  /** Virtual time, ns. */
  readonly now: number;
  readonly topology: Topology;
  /** Makes a task, which is runnable at once. */
  spawn(options: TaskOptions): Task;
  /** Has something done at a time, by nobody's CPU. */
  at(timeNs: number, step: (now: number) => void): void;
  /** A stream of random numbers of its own: the same for the same seed and name. */
  random(name: string): RandomStream;
}

/** Something that a workload measures of itself. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `ns`, `1` for counts, `1/s` and so on. */
  readonly unit: string;
}

export interface Workload {
  readonly name: string;
  /** For how long it wants to run, ns; without it until somebody stops it, or its tasks have ended. */
  readonly durationNs?: number;
  /** Part of the machine that it wants, in CPUs of speed 1, where that is known. */
  readonly utilization?: number;
  /** What of its description is taken otherwise than written, or cannot be had. */
  readonly warnings?: readonly string[];
  start(host: WorkloadHost): void;
  /** What it has measured since it was last started, or warmed up. */
  figures?(): readonly Figure[];
  /** What it has measured up to now was warm-up, and is forgotten. */
  warmedUp?(): void;
}

/** A workload cannot be made of what was given; the message says what was wrong, and what is known. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError';
}
