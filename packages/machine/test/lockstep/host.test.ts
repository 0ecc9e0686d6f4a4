import assert from 'node:assert/strict';
import { Execution, type Program } from '@smplab/explore';
import {
  machineScenario,
  MachineScenario,
  runLockstepMachine,
  runSchedules,
  type ScheduleOutcome,
  type ScheduleRange,
} from '../../src/index.ts';
import mix, { careless } from '../fixtures/lockstep-mix.mjs';

const FILE = new URL('../fixtures/lockstep-mix.mjs', import.meta.url).href;

/** The same functions on a machine of so many CPUs. */
function withCpus({ name, given, body }: MachineScenario, cpus: number): MachineScenario {
  return machineScenario(name, { ...given, cpus }, body);
}

function explored(program: Program, ranges: readonly ScheduleRange[]): ScheduleOutcome[] {
  const execution = new Execution({ races: false });
  return ranges.flatMap((range) => runSchedules(execution, program, range));
}

function seeds(strategy: string, count: number): ScheduleRange[] {
  return Array.from({ length: count }, (_, seed) => ({ strategy, seed: seed + 1 }));
}

async function lockstep(scenario: MachineScenario, cpus: number, ranges: readonly ScheduleRange[]) {
  const { name } = scenario;
  return runLockstepMachine({ name, cpus, images: [{ module: FILE, scenario: name }], ranges });
}

describe('a lockstep machine', function () {
  this.timeout(120_000);

  for (const [cpus, count] of [
    [1, 60],
    [2, 200],
    [3, 60],
    [4, 60],
  ]) {
    it(`of ${cpus} CPUs makes the same schedules as explore, hash by hash, for ${count} seeds`, async () => {
      const ranges = seeds('random', count);
      const report = await lockstep(mix, cpus, ranges);
      const expected = explored(withCpus(mix, cpus), ranges);
      assert.deepEqual(report.outcomes, expected);
      assert.ok(expected.every((outcome) => outcome.verdict === 'none'));
      const distinct = new Set(expected.map((outcome) => outcome.traceHash)).size;
      assert.ok(distinct > (cpus === 1 ? 0 : 0.75 * count), `only ${distinct} different schedules`);
    });
  }

  it('runs each CPU on a worker thread of its own, and every one of them steps', async () => {
    const report = await lockstep(mix, 3, seeds('random', 5));
    assert.equal(new Set(report.threadIds).size, 3);
    assert.ok(report.threadIds.every((id) => id > 0));
    assert.ok(
      report.steps.every((steps) => steps > 0),
      report.steps.join(),
    );
  });

  for (const strategy of ['pct', 'pos', 'surw']) {
    it(`follows the strategy ${strategy} as explore does`, async () => {
      const ranges = seeds(strategy, 20);
      assert.deepEqual((await lockstep(mix, 2, ranges)).outcomes, explored(withCpus(mix, 2), ranges));
    });
  }

  it('goes through the first 300 schedules of a depth-first search in the same order', async () => {
    const ranges = [{ strategy: 'dfs', seed: 1, count: 300 }];
    assert.deepEqual((await lockstep(careless, 2, ranges)).outcomes, explored(careless, ranges));
  });

  it('fails where explore fails, with the same verdict and message', async () => {
    const ranges = seeds('random', 60);
    const { outcomes } = await lockstep(careless, 2, ranges);
    const expected = explored(careless, ranges);
    assert.deepEqual(outcomes, expected);
    assert.ok(
      expected.some((outcome) => outcome.verdict === 'assertion' && outcome.message === 'both writes count'),
    );
    assert.ok(expected.some((outcome) => outcome.verdict === 'none'));
  });

  it('tells of threads that wait for ever', async () => {
    const images = [{ module: FILE, scenario: 'lockstep stuck' }];
    const { outcomes } = await runLockstepMachine({
      name: 'stuck',
      cpus: 2,
      images,
      ranges: seeds('random', 1),
    });
    assert.equal(outcomes[0].verdict, 'deadlock');
    assert.match(outcomes[0].message, /cpu0\/main \(nobody\) wait/);
  });

  for (const [name, does] of [
    ['lockstep endless', 'computes without end'],
    ['lockstep suicide', 'ends its process'],
  ]) {
    it(`ends with a report when a program ${does}`, async () => {
      const images = [{ module: FILE, scenario: name }];
      const { outcomes } = await runLockstepMachine({ name, cpus: 2, images, ranges: seeds('random', 2) });
      assert.equal(outcomes.length, 2);
      assert.ok(outcomes.every(({ verdict }) => verdict === 'panic'));
      assert.match(outcomes[0].message, /cpu0 died, or did not come back, in the step of cpu0\/main/);
    });
  }

  it('refuses an image that has no such scenario, in words', async () => {
    const images = [{ module: FILE, scenario: 'no such', file: 'mix.mjs' }];
    await assert.rejects(
      runLockstepMachine({ name: 'x', cpus: 2, images, ranges: seeds('random', 1) }),
      /image mix\.mjs has no machine scenario "no such": it has "lockstep careless", .*"lockstep mix"/,
    );
  });
});
