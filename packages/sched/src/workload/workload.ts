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

export interface Workload {
  readonly name: string;
  start(host: WorkloadHost): void;
}
