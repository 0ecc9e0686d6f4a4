import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eevdf } from '../../src/policy/eevdf.ts';
import { cfs } from '../../src/policy/cfs.ts';
import { fifo, roundRobin } from '../../src/policy/round-robin.ts';
import { stride } from '../../src/policy/stride.ts';
import { perCpuFifo } from './per-cpu-fifo.ts';
import { type Found, measure, type Service, type StationOptions } from './queue-station.ts';

/** Mean response of M/M/c with mean service 1 (Erlang C): scheduling.md 4. */
const ERLANG: readonly [cpus: number, load: number, response: number][] = [
  [1, 0.5, 2],
  [1, 0.8, 5],
  [2, 0.8, 2.77778],
  [4, 0.8, 1.74554],
  [8, 0.9, 1.87692],
];

/** Six standard errors of the means of batches: one run in a thousand million would miss them. */
function isWithin(found: Found, expected: number, what: string): void {
  const difference = Math.abs(found.mean - expected);
  assert.ok(difference < 6 * found.error, `${what}: ${found.mean} ± ${found.error}, not ${expected}`);
  assert.ok(found.error < expected / 10, `${what}: ± ${found.error} says nothing`);
}

describe('a queue in virtual time', () => {
  for (const [cpus, load, response] of ERLANG) {
    it(`has the mean response of M/M/${cpus} at load ${load}`, () => {
      isWithin(measure(fifo(), { cpus, load, service: 'exponential' }), response, `M/M/${cpus}`);
    });
  }

  it('waits half as long as M/M/1 when services are all alike', () => {
    // Wait of M/D/1 at 0.8 is 2, and the service itself is 1.
    isWithin(measure(fifo(), { cpus: 1, load: 0.8, service: 'constant' }), 3, 'M/D/1');
  });

  it('waits by the second moment of its services, whatever they are (Pollaczek, Khinchin)', () => {
    // Services of 0.5 and 3.0, of which a fifth: E[S] = 1, E[S^2] = 2; wait 0.7 * 2 / 0.6.
    isWithin(measure(fifo(), { cpus: 1, load: 0.7, service: 'two values' }), 1 + 1.4 / 0.6, 'M/G/1');
  });

  it('loses 2.86 times the response of four CPUs when each has a queue of its own', () => {
    const apart = measure(perCpuFifo(), { cpus: 4, load: 0.8, service: 'exponential' });
    isWithin(apart, 5, 'four M/M/1');
    const shared = measure(fifo(), { cpus: 4, load: 0.8, service: 'exponential' });
    const loss = apart.mean / shared.mean;
    assert.ok(Math.abs(loss - 2.86) < 0.35, `${loss}`);
  });
});

describe('sharing a CPU', () => {
  const fairCfs = (): ReturnType<typeof cfs> =>
    cfs({ latencyNs: 80_000, minGranularityNs: 40_000, tickNs: 40_000, isScaled: false });
  const measured: readonly [string, (options: StationOptions) => Found][] = [
    ['round robin', (options) => measure(roundRobin({ quantumNs: 40_000 }), options)],
    ['stride', (options) => measure(stride({ quantumNs: 40_000 }), options)],
    ['EEVDF', (options) => measure(eevdf({ sliceNs: 40_000, isScaled: false }), options)],
    ['CFS', (options) => measure(fairCfs(), options)],
  ];
  for (const [name, measureUnder] of measured) {
    for (const service of ['exponential', 'two values'] satisfies Service[]) {
      it(`takes 1/(1 - load) on average under ${name}, services ${service}`, () => {
        // New tasks of fair policies wait a turn at most: small against a service of 1 ms.
        const found = measureUnder({ cpus: 1, load: 0.6, service, jobs: 14_000 });
        isWithin({ mean: found.mean, error: found.error + 0.01 }, 2.5, name);
      });
    }
  }
});
