/**
 * Owns what a workload of an experiment sees of the machine: the simulation, and how many things it has
 * asked to have done at a time that are still to come, by which the end of a finite workload is known.
 */
import type { RandomStream } from '../random-stream.ts';
import type { TaskSimulation } from '../simulation/any-simulation.ts';
import { Simulation } from '../simulation/simulation.ts';
import type { Task, TaskOptions } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import type { WorkloadHost } from '../workload/workload.ts';
import { ExperimentError } from './spec.ts';

export class ExperimentHost implements WorkloadHost {
  /** Things that are still to be done at a time. */
  pending = 0;
  readonly #simulation: TaskSimulation;

  constructor(simulation: TaskSimulation) {
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
    this.#coarse().offline(cpu);
  }

  online(cpu: number): void {
    this.#coarse().online(cpu);
  }

  #coarse(): Simulation<unknown> {
    if (this.#simulation instanceof Simulation) return this.#simulation;
    throw new ExperimentError('CPUs go off and on in the grain "tasks" only', ['grain']);
  }
}
