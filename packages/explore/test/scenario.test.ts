import assert from 'node:assert/strict';
import { Execution } from '../src/engine/execution.ts';
import { scenario, type ScenarioBody, type ScenarioContext } from '../src/scenario.ts';
import { endsWith, exhaust, OldestFirst, runOnce } from './exploration.ts';

describe('scenario', () => {
  it('keeps its name, body and notes', () => {
    const body: ScenarioBody = function* () {};
    const made = scenario('a name', body, { expected: 'none' });
    assert.equal(made.name, 'a name');
    assert.equal(made.body, body);
    assert.equal(made.notes.expected, 'none');
  });

  it('needs a name and a body', () => {
    assert.throws(() => scenario('', function* () {}), /needs a name/);
    assert.throws(() => scenario(' ', function* () {}), /needs a name/);
    assert.throws(() => scenario('x', undefined as never), /"x" needs a generator function/);
  });

  it('finds the lost update of the contract', () => {
    const { verdicts, failures } = exhaust(function* (s) {
      const x = s.atomic('x', 0);
      const inc = function* () {
        const v = yield* x.load();
        yield* x.store(v + 1);
      };
      const t1 = yield* s.spawn('t1', inc);
      const t2 = yield* s.spawn('t2', inc);
      yield* t1.join();
      yield* t2.join();
      s.assert(x.peek() === 2, 'x must be 2');
    });
    assert.ok(verdicts.assertion > 0 && verdicts.none > 0);
    assert.equal(failures.get('assertion')?.message, 'x must be 2');
    assert.equal(failures.get('assertion')?.strand, 'main');
  });

  it('explores what choose gives like a choice of the scheduler', () => {
    const seen: string[] = [];
    const { runs } = exhaust(function* (s) {
      const first = s.choose(2);
      yield* s.fence();
      seen.push(`${first}${first === 0 ? s.choose(3) : s.choose(1)}`);
    });
    assert.equal(runs, 4);
    assert.deepEqual(seen.sort(), ['00', '01', '02', '10']);
  });

  it('keeps the state of one run out of the next', () => {
    const program = scenario('again', function* (s) {
      const x = s.atomic('x', 0);
      yield* x.add(1);
      s.assert(x.peek() === 1, 'a fresh x');
    });
    const execution = new Execution();
    for (let run = 0; run < 3; run++) {
      execution.execute(program, new OldestFirst());
      assert.equal(execution.failure, null);
    }
  });

  it('takes the failure of s.fail and of node:assert for assertions', () => {
    endsWith(
      'assertion',
      function* (s) {
        s.fail('no way on');
      },
      /no way on/,
    );
    endsWith('assertion', function* () {
      assert.deepEqual([1], [2]);
    });
  });
});

describe('the context of a scenario', () => {
  const calls: [string, (s: ScenarioContext) => unknown, RegExp[]][] = [
    ['a cell without a name', (s) => s.cell('', 0), [/cell needs a name/]],
    ['an atomic without a name', (s) => s.atomic(undefined as never, 0), [/atomic needs a name/]],
    ['a mutex without a name', (s) => s.mutex(5 as never), [/mutex needs a name/]],
    [
      'a thread without a name',
      (s) => s.spawn(function* () {} as never, undefined as never),
      [/spawn needs a name/],
    ],
    ['a cell of half', (s) => s.cell('x', 0.5), [/x\.init/, /0\.5/, /int32/]],
    ['an atomic beyond 32 bits', (s) => s.atomic('x', 2 ** 31), [/x\.init/, /int32/]],
    ['an atomic without a value', (s) => s.atomic('x', undefined as never), [/undefined/, /int32/]],
    ['an array of text', (s) => s.array('a', 2, 'no' as never), [/a\.init/, /int32/]],
    ['a choice among none', (s) => s.choose(0), [/choose was given 0/, /whole number from 1/]],
    ['a choice among halves', (s) => s.choose(1.5), [/choose was given 1\.5/, /whole number from 1/]],
    [
      'a claim that is a number',
      (s) => s.assert(1 as never, 'one'),
      [/assert\("one"\) was given 1/, /true or false/],
    ],
    ['a claim that is an object', (s) => s.assert({} as never, 'it'), [/an object/, /true or false/]],
    ['a claim that is missing', (s) => s.assert(undefined as never, 'it'), [/undefined/, /true or false/]],
    ['a log of an object', (s) => s.log({} as never), [/log was given object/, /text/]],
    [
      'a store of nothing',
      (s) => s.atomic('x', 0).store(undefined as never),
      [/x\.store was given undefined/, /int32/],
    ],
    ['a store of text', (s) => s.atomic('x', 0).store('1' as never), [/x\.store was given 1/, /int32/]],
    ['an add of a fraction', (s) => s.atomic('x', 0).add(0.1), [/x\.add was given 0\.1/, /int32/]],
    [
      'a swap for NaN',
      (s) => s.atomic('x', 0).compareExchange(0, NaN),
      [/compareExchange was given NaN/, /int32/],
    ],
    [
      'a write of a boolean',
      (s) => s.cell('x', 0).write(true as never),
      [/x\.write was given true/, /int32/],
    ],
    [
      'a write of an object',
      (s) => s.array('a', 1, 0).write(0, {} as never),
      [/a object|an object/, /int32/],
    ],
    ['an update by a number', (s) => s.atomic('x', 0).update(5 as never), [/update/, /function/]],
    ['a free of nothing', (s) => s.free(undefined as never), [/free needs an object or its id/]],
  ];
  for (const [what, call, patterns] of calls) {
    it(`refuses ${what}`, () => {
      const body: ScenarioBody = function* (s) {
        yield* call(s) as Generator<unknown, void>;
      };
      endsWith('scenario-misuse', body, ...patterns);
    });
  }

  it('refuses more objects than a scenario can mean', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        for (;;) s.cell('x', 0);
      },
      /more than 100000 objects/,
      /s\.array/,
    );
  });

  it('refuses more threads than a scenario can mean', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        for (;;) yield* s.spawn('t', function* () {});
      },
      /more than 1024 threads/,
    );
  });

  it('refuses memory beyond its bounds', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        s.array('a', 2 ** 25, 0);
      },
      /more than \d+ words/,
    );
  });

  it('is of no use after its run', () => {
    let leaked: ScenarioContext | null = null;
    runOnce(function* (s) {
      leaked = s;
    });
    endsWith(
      'scenario-misuse',
      function* () {
        leaked!.cell('x', 0);
      },
      /context of another run/,
    );
    assert.throws(() => leaked!.choose(2));
    assert.throws(() => leaked!.atomic('x', 0));
  });

  it('is of no use to the next run of the same execution', () => {
    let leaked: ScenarioContext | null = null;
    const program = scenario('leaks', function* (s) {
      leaked ??= s;
      leaked.mutex('m');
    });
    const execution = new Execution();
    const run = (): string | undefined => {
      execution.execute(program, new OldestFirst());
      return execution.failure?.message;
    };
    assert.equal(run(), undefined);
    assert.match(run() ?? '', /another run/);
  });
});
