/**
 * Owns what the parts of a simulation share: its time, what is going to happen, its CPUs. Changed by the
 * simulation and its CPU runner alone.
 *
 * Each CPU has three events: `run`, the end of its task's computation or slice; `tick`; and `look`, which
 * makes it look at the queues (an IPI, where another CPU has sent it). Further events are timers.
 */
import type { CostModel } from '../cost-model.ts';
import { type Policy, PolicyError } from '../policy/policy.ts';
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import { Cpu } from './cpu.ts';
import type { SimulationListener } from './listener.ts';
import { LoadMeter } from './load-meter.ts';
import { TimeQueue } from './time-queue.ts';

export const RUN = 0;
export const TICK = 1;
export const LOOK = 2;
export const EVENTS_PER_CPU = 3;
/** Requests of one task, and events, at one time: more are a livelock. */
export const MOST_AT_ONCE = 1_000_000;

/** The simulation cannot go on; the message says why. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}

export class SimulationCore<D> {
  readonly policy: Policy<D>;
  readonly topology: Topology;
  readonly costs: CostModel;
  readonly listener: SimulationListener;
  readonly queue = new TimeQueue();
  readonly cpus: readonly Cpu<D>[];
  readonly load: LoadMeter;
  now = 0;
  /** CPU whose task is being asked what it wants; -1 for clocks. */
  acting = -1;

  /** CPUs that become free at one time choose when all of them have. */
  readonly choosesTogether: boolean;

  constructor(
    policy: Policy<D>,
    topology: Topology,
    costs: CostModel,
    listener: SimulationListener,
    choosesTogether: boolean,
  ) {
    this.choosesTogether = choosesTogether;
    this.policy = policy;
    this.topology = topology;
    this.costs = costs;
    this.listener = listener;
    this.cpus = topology.cpus.map(({ speed }, index) => new Cpu<D>(index, speed));
    this.load = new LoadMeter(topology.count);
    for (let left = EVENTS_PER_CPU * topology.count; left > 0; left--) this.queue.add();
  }

  /** A policy may only name CPUs that are on, and that the task may run on. */
  checkPlace(task: Task<D>, cpu: number, does: string): void {
    const where = `policy "${this.policy.name}" ${does} CPU ${cpu} for task "${task.name}" at ${this.now} ns`;
    if (!this.cpus[cpu]?.isOnline) throw new PolicyError(`${where}: there is none, or it is off`);
    if (!task.mayRunOn(cpu)) throw new PolicyError(`${where}, which may not run there`);
  }
}
