import assert from 'node:assert/strict';
import { explore, type LocalOptions } from '../../src/campaign/explore.ts';
import { InputError } from '../../src/campaign/schedule-text.ts';
import type { Execution } from '../../src/engine/execution.ts';
import { Random } from '../../src/engine/random.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { scenario } from '../../src/scenario.ts';
import type { StrategyOptions } from '../../src/strategies/catalogue.ts';
import { abba, adders, apart, guarded, lostUpdate, orderViolation, racy } from './programs.ts';

/** A strategy as a user writes one: the last strand that can move, mostly. */
class LastMostly implements Strategy {
  readonly name = 'last mostly';
  readonly #random = new Random();

  constructor(readonly seed: number) {}

  begin(index: number): boolean {
    this.#random.reseed(this.seed, index);
    return true;
  }

  pick(execution: Execution): number {
    const { enabledCount } = execution;
    return this.#random.below(4) === 0 ? 0 : enabledCount - 1;
  }

  choose(count: number): number {
    return this.#random.below(count);
  }
}

describe('the result of explore', () => {
  it('has the keys of the contract, and survives JSON', () => {
    const result = explore(lostUpdate);
    const keys = [
      'scenario',
      'verdict',
      'message',
      'races',
      'schedules',
      'steps',
      'classes',
      'complete',
      'bound',
      'strategy',
      'seed',
      'schedule',
      'contextSwitches',
      'preemptions',
      'strands',
      'trace',
      'options',
      'cpuSeconds',
    ];
    for (const key of keys) assert.ok(key in result, key);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  });

  it('is that of the contract for its lost update', () => {
    const result = explore(lostUpdate);
    const { scenario: name, verdict, message, races, classes, complete, bound, seed } = result;
    assert.deepEqual(
      { name, verdict, message, races, classes, complete, bound, seed },
      {
        name: 'lost update',
        verdict: 'assertion',
        message: 'x must be 2',
        races: [],
        classes: null,
        complete: false,
        bound: null,
        seed: 1,
      },
    );
    assert.equal(result.schedules, result.finding?.scheduleNumber);
    assert.ok(result.steps > 0 && result.cpuSeconds > 0);
    assert.deepEqual(result.strands, ['main', 'main/t1', 'main/t2']);
    assert.match(result.schedule ?? '', /^v1:/);
  });

  it('shows the trace of the contract for its lost update', () => {
    const { trace, contextSwitches, preemptions } = explore(lostUpdate);
    assert.deepEqual([contextSwitches, preemptions], [2, 1]);
    const lines = trace.map(({ strand, text, value }) => `${strand} ${text} ${value}`);
    const swapped = lines.map((line) => line.replace(/t([12])/g, (_, n: string) => `t${3 - Number(n)}`));
    const core = [
      'main/t1 x.load() 0',
      'main/t2 x.load() 0',
      'main/t2 x.store(1) null',
      'main/t1 x.store(1) null',
    ].join();
    assert.ok(lines.join().includes(core) || swapped.join().includes(core), lines.join('\n'));
    assert.equal(lines.at(-1), 'main x.peek() 1');
  });

  it('is the same every time, but for the time it took', () => {
    for (const program of [lostUpdate, abba, racy, guarded]) {
      const [first, second] = [explore(program), explore(program)];
      assert.deepEqual({ ...first, cpuSeconds: 0 }, { ...second, cpuSeconds: 0 });
    }
  });

  it('is none when the budget ends before the space', () => {
    const { verdict, schedules, complete, schedule, finding, message } = explore(guarded, { schedules: 20 });
    assert.deepEqual([verdict, schedules, complete, schedule, finding], ['none', 20, false, null, null]);
    assert.equal(message, 'no schedule that was run failed');
  });

  it('is proved when every interleaving was run, and says what that does not cover', () => {
    const result = explore(guarded, { strategy: 'dfs' });
    assert.deepEqual([result.verdict, result.complete, result.bound], ['proved', true, null]);
    assert.match(
      result.notes.join(),
      /every interleaving of the operations .* JavaScript variables .* invisible/,
    );
  });

  it('is proved within a bound, and says so', () => {
    const result = explore(guarded, { strategy: 'dfs', preemptions: 1 });
    assert.deepEqual([result.verdict, result.complete, result.bound], ['proved', true, 1]);
    assert.match(result.notes.join(), /with at most 1 preemptions/);
    assert.ok(result.schedules < explore(guarded, { strategy: 'dfs' }).schedules);
  });

  it('does not find what needs more preemptions than the bound, and proves just that', () => {
    assert.equal(explore(lostUpdate, { strategy: 'dfs', preemptions: 0 }).verdict, 'proved');
    assert.equal(explore(lostUpdate, { strategy: 'dfs', preemptions: 1 }).verdict, 'assertion');
    assert.equal(explore(orderViolation, { strategy: 'dfs', preemptions: 0 }).verdict, 'assertion');
  });

  it('is nothing-concurrent when no two threads touched one thing', () => {
    for (const strategy of ['portfolio', 'dfs']) {
      const { verdict, message } = explore(apart, { strategy, schedules: 100 });
      assert.equal(verdict, 'nothing-concurrent');
      assert.match(message, /nothing concurrent was tested/);
    }
  });

  it('is a failure even when nothing concurrent happened', () => {
    const program = scenario('alone', function* (s) {
      yield* s.fence();
      s.fail('anyway');
    });
    assert.equal(explore(program).verdict, 'assertion');
  });
});

describe('the data races of a result', () => {
  const both = scenario('both', function* (s) {
    const [x, y] = [s.cell('x', 0), s.atomic('y', 0)];
    yield* s.spawn('t1', function* () {
      yield* x.write(1);
      yield* y.store(1);
    });
    yield* x.write(2);
    const v = yield* y.load();
    yield* y.store(v + 1);
    s.assert((yield* y.load()) !== 1 || v === 0, 'y went back');
    if (s.choose(40) === 39) s.fail('seldom');
  });

  it('make the verdict only when nothing else was found', () => {
    const result = explore(both);
    assert.equal(result.verdict, 'assertion');
    assert.equal(result.races.length, 1);
    const only = explore(racy, { strategy: 'random', schedules: 100 });
    assert.equal(only.verdict, 'data-race');
    assert.equal(only.schedules, 100);
    assert.match(only.message, /^nothing orders main\/t\d's/);
    assert.ok(only.trace.length > 0);
  });

  it('end the search when it is told to stop there', () => {
    const result = explore(racy, { stopOnRace: true });
    assert.equal(result.verdict, 'data-race');
    assert.equal(result.schedules, result.races[0].schedule);
  });

  it('are not looked for when it is told not to', () => {
    const result = explore(racy, { races: false, strategy: 'random', schedules: 50 });
    assert.deepEqual([result.verdict, result.races], ['none', []]);
  });
});

describe('the options of explore', () => {
  it('make it go on to collect every distinct finding, the first one first', () => {
    const program = scenario('several', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.store(1);
        yield* x.store(2);
      });
      const seen = yield* x.load();
      if (seen === 0) s.fail('none yet');
      if (seen === 1) s.fail('one');
      throw new RangeError('too far');
    });
    const result = explore(program, { keepGoing: true, schedules: 100 });
    const first = explore(program);
    assert.deepEqual(result.findings.map(({ message }) => message).sort(), [
      'none yet',
      'one',
      'uncaught RangeError: too far',
    ]);
    assert.equal(result.findings[0], result.finding);
    assert.equal(result.finding?.scheduleNumber, first.finding?.scheduleNumber);
    assert.ok(result.findings.every(({ schedule }) => schedule.startsWith('v1:')));
  });

  it('come back with the result, defaults filled in', () => {
    const { options } = explore(lostUpdate, { seed: 5, preemptions: 2 });
    assert.deepEqual(options, {
      strategy: 'portfolio',
      schedules: 10_000,
      seed: 5,
      depth: 3,
      preemptions: 2,
      maxSteps: 100_000,
      races: true,
      stopOnRace: false,
      keepGoing: false,
      shrink: true,
    });
  });

  it('are refused when they make no sense', () => {
    for (const options of [
      { strategy: 'best' },
      { schedules: 0 },
      { timeLimitSeconds: -1 },
    ] as LocalOptions[]) {
      assert.throws(() => explore(lostUpdate, options), InputError);
    }
  });

  it('name the file in the schedule text', () => {
    const named = explore(lostUpdate, { file: 'some/file.ts' }).schedule;
    assert.notEqual(named, explore(lostUpdate).schedule);
  });

  it('end the search by a function that is asked before each schedule', () => {
    let asked = 0;
    const result = explore(guarded, { strategy: 'random', isStopped: () => ++asked > 10 });
    assert.deepEqual([result.verdict, result.schedules], ['none', 10]);
    assert.match(result.notes.join(), /stopped before schedule 11/);
  });

  it('end the search by a time limit, and the result says so', () => {
    const result = explore(guarded, { strategy: 'random', schedules: 1e9, timeLimitSeconds: 0.05 });
    assert.equal(result.verdict, 'none');
    assert.ok(result.schedules < 1e9);
    assert.match(result.notes.join(), /the search was stopped before schedule \d+/);
  });

  it('take a strategy of the user', () => {
    const made: StrategyOptions[] = [];
    const strategy = (options: StrategyOptions): Strategy => {
      made.push(options);
      return new LastMostly(options.seed);
    };
    const result = explore(lostUpdate, { strategy, seed: 3 });
    assert.equal(result.verdict, 'assertion');
    assert.equal(result.strategy, 'last mostly');
    assert.equal(result.options.strategy, 'custom');
    assert.equal(made.length, 1);
    assert.equal(made[0].seed, 3);
    assert.ok(made[0].profile.decisions > 0);
  });

  it('name the strategy of the user as such when nothing or only a race was found', () => {
    const strategy = (): Strategy => new LastMostly(1);
    assert.equal(explore(guarded, { strategy, schedules: 10 }).strategy, 'custom');
    const race = explore(racy, { strategy, schedules: 50 });
    assert.equal(race.verdict, 'data-race');
    assert.equal(typeof race.strategy, 'string');
    assert.deepEqual(JSON.parse(JSON.stringify(race)), race);
  });
});

describe('the memory of an exploration', () => {
  it('stays flat over twenty thousand schedules', () => {
    const collectGarbage = (globalThis as { gc?: () => void }).gc;
    let words = 0;
    const used: number[] = [];
    const program = adders(3, 3);
    const grown = scenario('watched', function* (s) {
      const x = s.cell('x', 0);
      const node = yield* s.alloc('node', { v: 0 });
      yield* s.spawn('t', function* () {
        yield* x.read();
      });
      yield* s.free(node);
    });
    for (let round = 0; round < 4; round++) {
      explore(program, { strategy: 'random', schedules: 5000, seed: round });
      const seen = explore(grown, { strategy: 'random', schedules: 200, seed: round });
      words ||= seen.steps;
      assert.equal(seen.steps, words);
      collectGarbage?.();
      used.push(process.memoryUsage().heapUsed);
    }
    if (collectGarbage !== undefined) assert.ok(used[3] < used[1] * 1.2 + 2 ** 21, used.join(' '));
  });

  it('does not prove a scenario whose tree of choices changes under the depth-first search', () => {
    let runs = 0;
    const changing = scenario('changing', function* (s) {
      const isLate = ++runs > 30;
      const x = s.atomic('x', 0);
      const t = yield* s.spawn('t', function* () {
        for (let i = 0; i < (isLate ? 2 : 4); i++) yield* x.add(1);
      });
      for (let i = 0; i < 4; i++) yield* x.load();
      yield* t.join();
    });
    const result = explore(changing, { strategy: 'dfs' });
    assert.equal(result.verdict, 'nondeterminism');
    assert.equal(result.complete, false);
  });
});
