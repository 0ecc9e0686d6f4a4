import assert from 'node:assert/strict';
import { Search, type SearchRange } from '../../src/campaign/search.ts';
import { settingsOf } from '../../src/campaign/settings.ts';
import { stateHash } from '../../src/detect/livelock.ts';
import type { Program } from '../../src/engine/execution.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import type { ExploreOptions } from '../../src/report/result.ts';
import { scenario } from '../../src/scenario.ts';
import { adders, guarded, lostUpdate, racy } from './programs.ts';

function search(program: Program, options: ExploreOptions, range: Partial<SearchRange> = {}) {
  const settings = settingsOf(options);
  return new Search(program, settings).run({ from: 0, to: settings.schedules, ...range });
}

describe('the search', () => {
  it('ends at the first failure, unless it is told to go on', () => {
    const first = search(lostUpdate, { strategy: 'random', schedules: 200 });
    assert.equal(first.findings.length, 1);
    assert.equal(first.schedules, first.findings[0].index + 1);
    const all = search(lostUpdate, { strategy: 'random', schedules: 200, keepGoing: true });
    assert.equal(all.schedules, 200);
    assert.equal(all.findings[0].index, first.findings[0].index);
  });

  it('keeps one finding for each place', () => {
    const program = scenario('two places', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.store(1);
      });
      const seen = yield* x.load();
      if (seen === 0) s.fail(`early ${s.choose(3)}`);
      s.fail('late');
    });
    const { findings } = search(program, { strategy: 'random', schedules: 100, keepGoing: true });
    assert.deepEqual(findings.map(({ failure }) => failure.message.replace(/\d/, 'n')).sort(), [
      'early n',
      'late',
    ]);
  });

  it('gives for a range what the whole search gives for those schedules', () => {
    const options = { strategy: 'portfolio', schedules: 300, keepGoing: true };
    const whole = search(adders(4, 4), options, { keepsSteps: true });
    const part = search(adders(4, 4), options, {
      from: 100,
      to: 200,
      sequential: false,
      keepsSteps: true,
    });
    const walks = Array.from(whole.stepsOfEach).filter((_, i) => i >= 100 && i < 200 && i % 5 !== 4);
    assert.equal(walks.length, 80);
    assert.deepEqual(Array.from(part.stepsOfEach), walks);
  });

  it('runs the schedules of sequential lanes, or the others, when it is asked to', () => {
    const options = { strategy: 'portfolio', schedules: 50 };
    const ran = (sequential: boolean): number[] => {
      const numbers: number[] = [];
      search(adders(4, 4), options, { sequential, onSchedule: (index) => numbers.push(index) });
      return numbers;
    };
    assert.deepEqual(
      [...ran(true), ...ran(false)].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.ok(ran(true).every((index) => index % 5 === 4));
  });

  it('stops where it is told to, and says before which schedule', () => {
    const outcome = search(guarded, { strategy: 'random' }, { isStopped: (index) => index === 7 });
    assert.equal(outcome.schedules, 7);
    assert.equal(outcome.stoppedAt, 7);
  });

  it('says with which schedule the whole space was covered', () => {
    const outcome = search(adders(2, 2), { strategy: 'dfs' });
    assert.deepEqual([outcome.schedules, outcome.exhaustedAt, outcome.cut], [6, 5, false]);
    const bounded = search(adders(2, 2), { strategy: 'dfs', preemptions: 1 });
    assert.deepEqual([bounded.schedules, bounded.exhaustedAt, bounded.cut], [4, 3, true]);
  });

  it('makes any schedule again from its number alone, those of a sequential lane included', () => {
    for (const strategy of ['portfolio', 'dfs']) {
      const settings = settingsOf({ strategy });
      const hashes: string[] = [];
      const whole = new Search(adders(3, 3), settings);
      whole.run({ from: 0, to: 15, onSchedule: () => hashes.push(traceHash(whole.execution)) });
      for (const index of [0, 4, 9, 14]) {
        const again = new Search(adders(3, 3), settings);
        again.execution.execute(again.program, again.strategyAt(index));
        assert.equal(traceHash(again.execution), hashes[index], `${strategy} ${index}`);
      }
    }
  });

  it('leaves races alone when it is told to', () => {
    assert.equal(search(racy, { schedules: 100 }).races.length, 1);
    assert.equal(search(racy, { schedules: 100, races: false }).races.length, 0);
  });

  it('beats for a watchdog, and says which profiling run it is in', () => {
    const heartbeat = new Int32Array(16);
    const runs: number[] = [];
    const made = new Search(guarded, settingsOf({}), heartbeat, (run) => runs.push(run));
    assert.deepEqual(runs, [0, 1, 2]);
    const before = heartbeat[0];
    made.run({ from: 0, to: 3 });
    assert.ok(heartbeat[0] > before);
  });

  it('runs the thousandth schedule of a number like the first: same trace, same state', () => {
    const made = new Search(guarded, settingsOf({ strategy: 'random', schedules: 10 }));
    const seen = new Set<string>();
    for (let round = 0; round < 1000; round++) {
      made.run({ from: 3, to: 4 });
      seen.add(`${traceHash(made.execution)} ${stateHash(made.execution)} ${made.execution.top}`);
    }
    assert.equal(seen.size, 1);
  });
});

describe('a scenario that is not deterministic', () => {
  const verdictOf = (program: Program) =>
    search(program, { strategy: 'random', schedules: 300 }).findings.at(0)?.failure;

  it('is found out when a counter outlives the run', () => {
    let counter = 0;
    const failure = verdictOf(
      scenario('counter', function* (s) {
        yield* s.atomic('x', 0).store(counter++);
        yield* s.atomic('y', 0).exchange(counter);
      }),
    );
    assert.equal(failure?.verdict, 'nondeterminism');
    assert.match(failure.message, /one schedule, run twice, went two ways/);
  });

  it('is found out when it takes random numbers, and the first differing step is named', () => {
    const failure = verdictOf(
      scenario('random', function* (s) {
        const x = s.atomic('x', 0);
        yield* s.fence();
        yield* x.add(Math.floor(Math.random() * 1e9));
        yield* x.load();
      }),
    );
    assert.equal(failure?.verdict, 'nondeterminism');
    assert.match(
      failure.details[0],
      /^step 3 was load → \d+ by main the first time and load → \d+ by main the second time$/,
    );
    assert.match(failure.details.at(-1) ?? '', /keep everything a run changes inside the scenario body/);
  });

  it('is found out when a list outside it grows', () => {
    const list: number[] = [];
    const failure = verdictOf(
      scenario('grows', function* (s) {
        list.push(1);
        for (let i = 0; i < list.length; i++) yield* s.fence();
      }),
    );
    assert.equal(failure?.verdict, 'nondeterminism');
    assert.match(
      failure.details[0],
      /^step \d+ was the end of the run the first time and fence → 0 by main the second/,
    );
  });

  it('is found out when it fails once only, and both endings are told', () => {
    let runs = 0;
    const failure = verdictOf(
      scenario('once', function* (s) {
        yield* s.fence();
        s.assert(++runs !== 50, 'the fiftieth');
      }),
    );
    assert.equal(failure?.verdict, 'nondeterminism');
    assert.ok(failure.details.some((line) => line.includes('assertion: the fiftieth')));
  });

  it('is told from one that only chooses', () => {
    const program = scenario('chooses', function* (s) {
      for (let i = 0; i < 4; i++) yield* s.atomic(`x${i}`, s.choose(5)).load();
    });
    assert.equal(verdictOf(program), undefined);
  });
});
