/**
 * Owns what a workload of an experiment sees of the machine: the simulation, and how many things it has
 * asked to have done at a time that are still to come, by which the end of a finite workload is known.
 */
import type { RandomStream } from '../random-stream.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Task, TaskOptions } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import type { WorkloadHost } from '../workload/workload.ts';

export class ExperimentHost implements WorkloadHost {
  /** Things that are still to be done at a time. */
  pending = 0;
  readonly #simulation: Simulation<unknown>;

  constructor(simulation: Simulation<unknown>) {
    this.#simulation = simulation;
  }

  get now(): number {
    return this.#simulation.now;
  }

  get topology(): Topology {
    return this.#simulation.topology;
  }

  spawn(options: TaskOptions): Task {
    return this.#simulation.spawn(options);
  }

  at(timeNs: number, step: (now: number) => void): void {
    this.#simulation.at(timeNs, (now) => {
      this.pending--;
      step(now);
    });
    this.pending++;
  }

  random(name: string): RandomStream {
    return this.#simulation.random(name);
  }

  /** Switches a CPU off, or on again. */
  offline(cpu: number): void {
    this.#simulation.offline(cpu);
  }

  online(cpu: number): void {
    this.#simulation.online(cpu);
  }
}
