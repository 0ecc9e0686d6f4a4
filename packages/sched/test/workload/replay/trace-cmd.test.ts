import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toTraceDat } from '@smplab/trace';
import { before, describe, it } from 'mocha';
import { NO_COSTS } from '../../../src/cost-model.ts';
import { eevdf } from '../../../src/policy/eevdf.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { TraceRecorder } from '../../../src/simulation/trace-recorder.ts';
import { symmetric } from '../../../src/topology/presets.ts';
import { replay } from '../../../src/workload/replay/replay.ts';
import { schbench } from '../../../src/workload/schbench.ts';
import type { Workload } from '../../../src/workload/workload.ts';

const isThere = spawnSync('trace-cmd', ['--version']).error === undefined;

/** Run times of tasks, and the trace as a file of trace-cmd. */
function run(workload: Workload, untilNs: number): { ran: [string, number][]; data: Uint8Array } {
  const topology = symmetric(2);
  const recorder = new TraceRecorder('run', topology);
  const sim = new Simulation<unknown>({ policy: eevdf(), topology, costs: NO_COSTS, listener: recorder });
  workload.start(sim);
  sim.run(untilNs);
  for (const { index, current } of sim.cpus)
    if (current !== null) recorder.switched(sim.now, index, current, null, true);
  const ran = [...sim.ended, ...sim.tasks].map(({ name, runNs }): [string, number] => [name, runNs]);
  return { ran: ran.toSorted(), data: toTraceDat(recorder.trace()) };
}

describe(`a replay of what trace-cmd prints${isThere ? '' : ' (skipped: apt-get install trace-cmd)'}`, () => {
  before(function () {
    if (!isThere) this.skip();
  });

  it('gives the same run times, from either form of its report', () => {
    const first = run(schbench({ workers: 5 }), 100_000_000);
    const folder = mkdtempSync(join(tmpdir(), 'smplab-replay-'));
    const path = join(folder, 'trace.dat');
    writeFileSync(path, first.data);
    const texts = [[], ['-N']].map((each) =>
      execFileSync('trace-cmd', ['report', '-t', ...each, '-i', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    rmSync(folder, { recursive: true });
    for (const text of texts) {
      const again = run(replay(text), Infinity);
      assert.deepEqual(
        again.ran.map(([name]) => name),
        first.ran.map(([name]) => name),
      );
      // Events of one time are a nanosecond apart in a trace.dat.
      for (const [at, [name, ns]] of again.ran.entries())
        assert.ok(Math.abs(ns - first.ran[at][1]) < 100, `${name}: ${ns} instead of ${first.ran[at][1]}`);
    }
  });
});
