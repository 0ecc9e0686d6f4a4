/**
 * Owns how the runs of an experiment are spread over workers, measured: runs in a second of the wall with one
 * worker, and with as many as the machine has cores.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFarm } from '../farm/run-farm.ts';
import { loaderUrl } from '../loader/loader-url.ts';
import type { BenchRow } from './row.ts';

const SPEC = {
  name: 'sweep',
  factors: { policy: ['rr', 'cfs', 'eevdf'] },
  machine: 4,
  workload: { name: 'poisson', options: { ratePerS: 3_000, service: { exponential: 1e6 } } },
};

/** Virtual time of a run for each second that is spent. */
const DURATION_NS = 4e9;
const REPETITIONS = 8;

/** Runs in a second, with so many workers that have made some already. */
async function runsPerSecond(path: string, workers: number): Promise<number> {
  const target = { path, file: 'sweep.json', loader: loaderUrl() };
  const farm = new RunFarm(target, { repetitions: REPETITIONS }, workers);
  try {
    const { runs } = await farm.plan();
    const { signal } = new AbortController();
    const ignore = (): void => undefined;
    await farm.run(runs.slice(0, 2 * workers), signal, ignore);
    const began = performance.now();
    await farm.run(runs, signal, ignore);
    return runs.length / ((performance.now() - began) / 1000);
  } finally {
    await farm.close();
  }
}

export async function sweepRows(seconds: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'smplab-sweep-'));
  const path = join(folder, 'sweep.json');
  writeFileSync(path, JSON.stringify({ ...SPEC, durationNs: Math.round(DURATION_NS * seconds) }));
  try {
    const cores = availableParallelism();
    const one = await runsPerSecond(path, 1);
    const all = await runsPerSecond(path, cores);
    const row = (metric: string, value: number, unit: string): BenchRow => {
      return { area: 'sched', case: `sweep, ${cores} workers`, metric, value, unit };
    };
    return [row('runs per second', all, 'runs/s'), row('times one worker', all / one, 'times')];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
