/**
 * Owns a station of queueing theory: jobs come at random, each is a task that computes once. Its mean
 * response in units of the mean service, with the standard error of means of batches.
 */
import { NO_COSTS } from '../../src/cost-model.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { RandomStream } from '../../src/random-stream.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MEAN_NS = 1_000_000;
const BATCHES = 20;
/** The beginning, when it is still too empty, is left out. */
const WARM_UP = 2_000;

export type Service = 'exponential' | 'constant' | 'two values';

export interface StationOptions {
  readonly cpus: number;
  readonly load: number;
  readonly service: Service;
  readonly jobs?: number;
}

const SERVICES: Readonly<Record<Service, (random: RandomStream) => number>> = {
  exponential: (random) => random.exponential(1),
  constant: () => 1,
  'two values': (random) => (random.below(5) === 0 ? 3 : 0.5),
};

export interface Found {
  readonly mean: number;
  readonly error: number;
}

export function measure<D>(policy: Policy<D>, options: StationOptions): Found {
  const { cpus, load, service, jobs = 60_000 } = options;
  const sim = new Simulation({ policy, topology: symmetric(cpus), costs: NO_COSTS });
  const [gaps, services] = [new RandomStream(1, 'gaps'), new RandomStream(1, 'services')];
  const responses: number[] = [];
  let arrived = 0;
  const arrive = (now: number): void => {
    const work = Math.round(SERVICES[service](services) * MEAN_NS);
    sim.spawn({
      name: `job ${arrived}`,
      *program(t) {
        yield t.compute(work);
        responses.push(t.now - now);
      },
    });
    if (++arrived < jobs + WARM_UP)
      sim.at(now + Math.round(gaps.exponential(MEAN_NS / (cpus * load))), arrive);
  };
  sim.at(0, arrive);
  sim.run(Infinity);
  return ofBatches(responses.slice(WARM_UP).map((ns) => ns / MEAN_NS));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ofBatches(values: readonly number[]): Found {
  const size = Math.floor(values.length / BATCHES);
  const means = Array.from({ length: BATCHES }, (_, at) => meanOf(values.slice(at * size, (at + 1) * size)));
  const mean = meanOf(means);
  const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (BATCHES - 1);
  return { mean, error: Math.sqrt(variance / BATCHES) };
}
