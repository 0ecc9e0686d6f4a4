/**
 * Owns open arrivals: tasks that come from outside, each with some work to do, and end; at random (Poisson),
 * or in bursts. They come whether or not those before them are done.
 */
import { Distribution } from '../metrics/distribution.ts';
import type { RandomStream } from '../random-stream.ts';
import { latencyFigures } from './latencies.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import { type Figure, type Workload, WorkloadError, type WorkloadHost } from './workload.ts';

const S = 1_000_000_000;

export interface PoissonOptions {
  /** Tasks that come in a second, on average; default 100. */
  readonly ratePerS?: number;
  /** Work of each, ns; default exponential with a mean of 5 ms. */
  readonly service?: VariateSpec;
  /** How many come in all; default as many as there is time for. */
  readonly count?: number;
  readonly nice?: number;
}

export interface BurstyOptions extends PoissonOptions {
  /** While it is on they come at `ratePerS`. How long that lasts, ns; default exponential, 100 ms. */
  readonly on?: VariateSpec;
  /** Then nobody comes for so long, ns; default exponential, 400 ms. */
  readonly off?: VariateSpec;
}

/** What came, and how long each was there. */
class Arrivals {
  came = 0;
  #response = new Distribution();
  /** Of those that came, who came in the warm-up. */
  #before = 0;
  readonly #host: WorkloadHost;
  readonly #service: Variate;
  readonly #nice: number;
  readonly #random: RandomStream;

  constructor(host: WorkloadHost, service: Variate, nice: number, random: RandomStream) {
    this.#host = host;
    this.#service = service;
    this.#nice = nice;
    this.#random = random;
  }

  arrive(): void {
    const work = Math.round(this.#service.draw(this.#random));
    const came = this.#host.now;
    const done = (now: number): void => this.#response.add(now - came);
    const task = this.#host.spawn({
      name: `request-${++this.came}`,
      nice: this.#nice,
      *program(t) {
        yield t.compute(work);
        done(t.now);
      },
    });
    // It is a job without a deadline: its response time counts as one.
    task.isJobOpen = true;
  }

  warmedUp(): void {
    this.#before = this.came;
    this.#response = new Distribution();
  }

  figures(): readonly Figure[] {
    return [
      { name: 'arrived', value: this.came - this.#before, unit: '1' },
      { name: 'completed', value: this.#response.count, unit: '1' },
      ...latencyFigures('response', this.#response),
    ];
  }
}

const SERVICE = variate.exponential(5_000_000);

function overloadOf(utilization: number, host: WorkloadHost): string[] {
  const capacity = host.topology.cpus.reduce((sum, { speed }) => sum + speed, 0);
  if (utilization < capacity) return [];
  return [`${utilization.toFixed(2)} CPUs are wanted and there are ${capacity}: the queue grows for ever`];
}

function checkRate(ratePerS: number): void {
  if (!(ratePerS > 0) || !Number.isFinite(ratePerS))
    throw new WorkloadError(`ratePerS is ${ratePerS}: a number above 0 is needed`);
}

/** Tasks that come independently of each other. */
export function poisson({
  ratePerS = 100,
  service,
  count = Infinity,
  nice = 0,
}: PoissonOptions = {}): Workload {
  checkRate(ratePerS);
  const law = lawOf(service, SERVICE);
  const warnings: string[] = [];
  let arrivals: Arrivals | null = null;
  return {
    name: `poisson, ${ratePerS} per s of ${law.name} ns`,
    utilization: (ratePerS * law.mean) / S,
    warnings,
    start(host) {
      warnings.splice(0, Infinity, ...overloadOf((ratePerS * law.mean) / S, host));
      const gaps = host.random('poisson arrivals');
      const all = new Arrivals(host, law, nice, host.random('poisson service'));
      arrivals = all;
      const next = (): void => {
        if (all.came >= count) return;
        host.at(host.now + Math.round(gaps.exponential(S / ratePerS)), () => {
          all.arrive();
          next();
        });
      };
      next();
    },
    figures: () => arrivals?.figures() ?? [],
    warmedUp: () => arrivals?.warmedUp(),
  };
}

/** Poisson arrivals that are on and off by turns; it begins with being on. */
export function bursty({
  ratePerS = 500,
  service,
  count = Infinity,
  nice = 0,
  on,
  off,
}: BurstyOptions = {}): Workload {
  checkRate(ratePerS);
  const law = lawOf(service, SERVICE);
  const onLaw = lawOf(on, variate.exponential(S / 10));
  const offLaw = lawOf(off, variate.exponential((4 * S) / 10));
  if (!(onLaw.mean > 0)) throw new WorkloadError(`bursty is never on: "on" is ${onLaw.name}`);
  const utilization = ((ratePerS * law.mean) / S) * (onLaw.mean / (onLaw.mean + offLaw.mean));
  const warnings: string[] = [];
  let arrivals: Arrivals | null = null;
  return {
    name: `bursts, ${ratePerS} per s of ${law.name} ns`,
    utilization,
    warnings,
    start(host) {
      warnings.splice(0, Infinity, ...overloadOf(utilization, host));
      const gaps = host.random('bursty arrivals');
      const bursts = host.random('bursty bursts');
      const all = new Arrivals(host, law, nice, host.random('bursty service'));
      arrivals = all;
      let [until, skipped] = [onLaw.draw(bursts), 0];
      /** Arrivals by a clock that stands still while it is off. */
      const next = (clock: number): void => {
        if (all.came >= count) return;
        const time = clock + gaps.exponential(S / ratePerS);
        while (time >= until) {
          until += Math.max(1, onLaw.draw(bursts));
          skipped += offLaw.draw(bursts);
        }
        host.at(Math.round(time + skipped), () => {
          all.arrive();
          next(time);
        });
      };
      next(0);
    },
    figures: () => arrivals?.figures() ?? [],
    warmedUp: () => arrivals?.warmedUp(),
  };
}
