/**
 * Owns the plainest workloads there are: tasks that only work, and tasks that work and sleep by turns, as
 * programs do that somebody sits in front of.
 */
import { Distribution } from '../metrics/distribution.ts';
import type { Program } from '../task/task.ts';
import { latencyFigures } from './latencies.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import type { Workload } from './workload.ts';

export interface BusyOptions {
  /** Default 1. */
  readonly tasks?: number;
  readonly nice?: number;
  /** Task group, for policies that know groups. */
  readonly group?: string;
}

export interface InteractiveOptions extends BusyOptions {
  /** Work of a turn, ns; default exponential, 1 ms. */
  readonly work?: VariateSpec;
  /** Sleep after it, ns; default exponential, 9 ms. */
  readonly sleep?: VariateSpec;
}

/** Computations of so much at a time: whoever is asked for the next one allocates nothing. */
const CHUNK_NS = 1_000_000_000;

/** What tasks have in common. */
function ownOf({ nice = 0, group }: BusyOptions): { readonly nice: number; readonly group?: string } {
  return { nice, ...(group === undefined ? {} : { group }) };
}

const work: Program = function* (t) {
  for (;;) yield t.compute(CHUNK_NS);
};

/** Tasks that work for ever. */
export function busy(options: BusyOptions = {}): Workload {
  const { tasks = 1 } = options;
  return {
    name: `${tasks} busy tasks`,
    start(host) {
      for (let at = 0; at < tasks; at++) host.spawn({ name: `busy-${at}`, program: work, ...ownOf(options) });
    },
  };
}

/** What tasks want of a CPU between them while nobody keeps them waiting. */
function demandOf(tasks: number, busyLaw: Variate, idleLaw: Variate): number {
  const turn = busyLaw.mean + idleLaw.mean;
  return turn > 0 ? (tasks * busyLaw.mean) / turn : 0;
}

/** Tasks that work and sleep by turns; measured is the time from the end of a sleep to that of the work. */
export function interactive(options: InteractiveOptions = {}): Workload {
  const { tasks = 1 } = options;
  const busyLaw = lawOf(options.work, variate.exponential(1_000_000));
  const idleLaw = lawOf(options.sleep, variate.exponential(9_000_000));
  let response = new Distribution();
  return {
    name: `${tasks} interactive tasks`,
    utilization: demandOf(tasks, busyLaw, idleLaw),
    start(host) {
      response = new Distribution();
      for (let at = 0; at < tasks; at++) {
        const name = `interactive-${at}`;
        const random = host.random(name);
        host.spawn({
          name,
          ...ownOf(options),
          *program(t) {
            for (;;) {
              const sleep = Math.round(idleLaw.draw(random));
              const wakes = t.now + sleep;
              yield t.sleep(sleep);
              yield t.compute(Math.round(busyLaw.draw(random)));
              response.add(t.now - wakes);
            }
          },
        });
      }
    },
    figures: () => latencyFigures('turn', response),
    warmedUp() {
      response = new Distribution();
    },
  };
}
