/**
 * Owns what an experiment runs in place of a workload when it is about the kernel itself: the programs of a
 * scenario, made anew for each run, and what they count while they run, in virtual time.
 *
 *     processes: ({ cpus }) =>
 *       processWorkload('storm', { limits: { maxproc: 200 } }, (counter) =>
 *         processScenario('storm', {}, {
 *           '/bin/storm': {
 *             *main(u) {
 *               for (;;) {
 *                 yield* u.wait4(yield* u.fork('child'));
 *                 counter.add('lives');
 *               }
 *             },
 *             *child(u) { yield* u.compute(10_000); },
 *           },
 *         }))
 */
import type { MachineLimits } from '@smplab/lwkt';
import type { MachineScenario } from '@smplab/machine';
import { Distribution } from '../metrics/distribution.ts';
import type { Figure, Workload } from '../workload/workload.ts';
import type { ProcessSimulation } from './process-simulation.ts';

/** What kernel and programs have other than usual. */
export interface ProcessWorkloadOptions {
  readonly limits?: Partial<MachineLimits>;
  /** Fix switches that are off. */
  readonly asSeed?: readonly string[];
  /** For how long historical code waits for memory, in ticks of the machine. */
  readonly memoryWaitTicks?: number;
}

export interface ProcessWorkload extends Omit<Workload, 'start'>, ProcessWorkloadOptions {
  readonly scenario: MachineScenario;
  /** The machine on which it is about to run. */
  watch(simulation: ProcessSimulation<unknown>): void;
}

/** What programs count, by names of their own; a figure each, from the end of the warm-up on. */
export class ProgramCounter {
  #simulation: ProcessSimulation<unknown> | null = null;
  #since = 0;
  readonly #counts = new Map<string, number>();
  readonly #times = new Map<string, Distribution>();
  readonly #shares = new Map<string, { of: number; are: number }>();

  /** Virtual time, ns. */
  get now(): number {
    return this.#simulation?.now ?? 0;
  }

  watch(simulation: ProcessSimulation<unknown>): void {
    this.#simulation = simulation;
  }

  /** Something has happened: its figure is `NAME rate`, in 1/s. */
  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** Something has taken a time: its figures are `NAME mean`, `NAME p99` and `NAME max`. */
  time(name: string, ns: number): void {
    let times = this.#times.get(name);
    if (times === undefined) this.#times.set(name, (times = new Distribution()));
    times.add(ns);
  }

  /** Of things like it this one is, or is not: its figure is `NAME share`, in %. */
  share(name: string, isIt: boolean): void {
    const share = this.#shares.get(name) ?? { of: 0, are: 0 };
    this.#shares.set(name, share);
    share.of++;
    if (isIt) share.are++;
  }

  /** All up to now was warm-up. */
  forget(): void {
    this.#since = this.now;
    for (const name of this.#counts.keys()) this.#counts.set(name, 0);
    for (const name of this.#times.keys()) this.#times.set(name, new Distribution());
    for (const share of this.#shares.values()) share.of = share.are = 0;
  }

  figures(): Figure[] {
    const seconds = (this.now - this.#since) / 1e9;
    const rates = [...this.#counts].map(([name, count]): Figure => {
      return { name: `${name} rate`, value: seconds === 0 ? 0 : count / seconds, unit: '1/s' };
    });
    const times = [...this.#times].flatMap(([name, each]): Figure[] => [
      { name: `${name} mean`, value: each.mean, unit: 'ns' },
      { name: `${name} p99`, value: each.quantile(0.99), unit: 'ns' },
      { name: `${name} max`, value: each.max, unit: 'ns' },
    ]);
    const shares = [...this.#shares].map(([name, { of, are }]): Figure => {
      return { name: `${name} share`, value: of === 0 ? 0 : (100 * are) / of, unit: '%' };
    });
    return [...rates, ...times, ...shares];
  }
}

/** Programs of a scenario as what an experiment runs; they are made with what they count in. */
export function processWorkload(
  name: string,
  options: ProcessWorkloadOptions,
  make: (counter: ProgramCounter) => MachineScenario,
): ProcessWorkload {
  const counter = new ProgramCounter();
  return {
    name,
    ...options,
    scenario: make(counter),
    watch: (simulation) => counter.watch(simulation),
    figures: () => counter.figures(),
    warmedUp: () => counter.forget(),
  };
}
