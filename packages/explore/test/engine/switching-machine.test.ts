/** CPUs whose threads switch: the numbers of interleavings are counted by hand, in the comments. */
import assert from 'node:assert/strict';
import { explore } from '../../src/campaign/explore.ts';
import { replay } from '../../src/campaign/replay.ts';
import { stateHash } from '../../src/detect/livelock.ts';
import { WORD_FREED } from '../../src/detect/race-detector.ts';
import { Execution } from '../../src/engine/execution.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { TRACE_WORDS } from '../../src/engine/recorder.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import { STRATEGY_NAMES } from '../../src/strategies/catalogue.ts';
import { DepthFirst } from '../../src/strategies/depth-first.ts';
import { strategyFor, upTo } from '../strategies/walk.ts';
import { type KernelCode, SWITCH, type SwitchingCpu, SwitchingMachine } from './switching-machine.ts';

const [X, Y] = [0, 1];

/** A thread that adds to x that many times, with a switch after those of the given numbers. */
function adds(times: number, ...switchesAfter: readonly number[]): KernelCode {
  return function* (t) {
    for (let i = 1; i <= times; i++) {
      yield* t.add(X, 1);
      if (switchesAfter.includes(i)) yield SWITCH;
    }
  };
}

/** The strands in the order of their steps, such as `a b irq`. */
function orderOf(execution: Execution): string {
  const { trace, traceLength } = execution.recorder;
  const names: string[] = [];
  for (let at = 0; at < traceLength; at += TRACE_WORDS)
    names.push(execution.strands[trace[at]].name.replace(/^cpu\d\//, ''));
  return names.join(' ');
}

/** The orders of all schedules of the strategy, of which none must fail; each schedule must give its own. */
function ordersOf(cpus: readonly SwitchingCpu[], strategy: Strategy = new DepthFirst()): string[] {
  const execution = new Execution();
  const machine = new SwitchingMachine('switching', cpus);
  const orders: string[] = [];
  for (let run = 0; strategy.begin(run); run++) {
    execution.execute(machine, strategy);
    assert.equal(execution.failure, null, execution.failure?.message);
    orders.push(orderOf(execution));
  }
  assert.equal(new Set(orders).size, orders.length);
  return orders.sort();
}

const bounded = (cpus: readonly SwitchingCpu[]) => (bound: number) =>
  ordersOf(cpus, new DepthFirst(bound)).length;

/** cpu0 runs a b a b and cpu1 c c c. */
const TURNS: readonly SwitchingCpu[] = [
  { threads: { a: adds(2, 1), b: adds(2, 1) } },
  { threads: { c: adds(3) } },
];

/** An interrupt of two handler steps is requested while a makes three. */
const INTERRUPTED: readonly SwitchingCpu[] = [
  { threads: { a: adds(3) }, handler: adds(2), isRequested: true },
];

/** cpu1 interrupts cpu0 by its first step. */
const SENT: readonly SwitchingCpu[] = [
  { threads: { a: adds(2) }, handler: adds(1) },
  {
    threads: {
      *c(t) {
        yield* t.raise(0);
        yield* t.add(X, 1);
      },
    },
  },
];

describe('a CPU that switches between threads', () => {
  it('has one order where nobody else is', () => {
    assert.deepEqual(ordersOf([{ threads: { a: adds(2, 1), b: adds(2, 1) } }]), ['a b a b']);
    assert.deepEqual(ordersOf([{ threads: { a: adds(2), b: adds(2) } }]), ['a a b b']);
  });

  it('is interleaved with another one in every way', () => {
    // 3 of 7 places are those of c.
    assert.equal(ordersOf(TURNS).length, 35);
  });

  it('makes no preemption by a switch of its own, and none is one that follows it', () => {
    // The steps of c in one block: in 5 gaps. In two blocks: 2 ways to part them, 10 pairs of gaps. In three:
    // 10 triples. To leave c costs one, to leave cpu0 never does: whoever stepped there is switched out.
    assert.deepEqual([0, 1, 2].map(bounded(TURNS)), [5, 25, 35]);
  });

  it('is preempted where its thread could have gone on', () => {
    // cpu0 runs a a b; both steps of c between a and a cost one, and so does to part them.
    const cpus = [{ threads: { a: adds(2, 2), b: adds(1) } }, { threads: { c: adds(2) } }];
    assert.deepEqual([0, 1, 2].map(bounded(cpus)), [3, 7, 10]);
  });

  it('ends with threads that are switched out and never run again only by its own judgement', () => {
    const waits: KernelCode = function* (t) {
      yield* t.await(Y);
    };
    const machine = new SwitchingMachine('waits', [{ threads: { a: waits, b: adds(1) } }]);
    const { verdict, finding } = explore(machine, { schedules: 10 });
    assert.equal(verdict, 'deadlock');
    assert.deepEqual(finding?.details, ['cpu0/a waits in y.await()', 'cpu0/b is not running']);
    const lenient = Object.assign(machine, { stuck: () => true });
    assert.notEqual(explore(lenient, { schedules: 10 }).verdict, 'deadlock');
  });
});

describe('an interrupt of a CPU that switches', () => {
  it('comes between any two steps, and its handler runs to the end', () => {
    assert.deepEqual(ordersOf(INTERRUPTED), [
      'a a a irq irq irq',
      'a a irq irq irq a',
      'a irq irq irq a a',
      'irq irq irq a a a',
    ]);
  });

  it('costs a preemption where it interrupts a thread; its return costs none', () => {
    // Before the first and after the last step of the thread it is free.
    assert.deepEqual([0, 1].map(bounded(INTERRUPTED)), [2, 4]);
  });

  it('is interleaved with another CPU in every way', () => {
    // For each of the 4 places of the interrupt, 2 of 8 places are those of c.
    assert.equal(ordersOf([...INTERRUPTED, { threads: { c: adds(2) } }]).length, 4 * 28);
  });

  it('comes after what requested it', () => {
    // D H a a: c c in 5 ways with the first before all. a D H a: 5 + 4. a a D H: 5 + 4 + 3.
    assert.equal(ordersOf(SENT).length, 26);
  });

  it('may switch to another thread, and what it interrupted is performed once, when its turn comes', () => {
    const cpus = [
      { threads: { a: adds(2), b: adds(1) }, handler: adds(1), isRequested: true, reschedules: true },
    ];
    assert.deepEqual(ordersOf(cpus), ['a a b irq irq', 'a a irq irq b', 'a irq irq b a', 'irq irq b a a']);
  });
});

describe('a run of a machine that switches', () => {
  it('is the same the first and the thousandth time, whatever came between', () => {
    const machine = new SwitchingMachine('sent', SENT);
    const execution = new Execution();
    const walk = strategyFor(machine, 'random');
    const hashes = new Set<string>();
    for (const number of [7, ...upTo(998), 7]) {
      walk.begin(number);
      execution.execute(machine, walk);
      if (number === 7) hashes.add(`${traceHash(execution)} ${stateHash(execution)}`);
      execution.words.fill(number, machine.image.length - 8);
      execution.racesSeen.setState(machine.variables, 4, WORD_FREED);
    }
    assert.equal(hashes.size, 1);
  });
});

describe('every strategy on a machine that switches', () => {
  for (const name of STRATEGY_NAMES.filter((each) => each !== 'dfs')) {
    it(`makes orders that there are, and all of them (${name})`, () => {
      const machine = new SwitchingMachine('sent', SENT);
      // PCT changes its mind so many times less one: some orders need a change after every step.
      const strategy = strategyFor(machine, name, 1, 8);
      const execution = new Execution();
      const seen = new Set<string>();
      for (let run = 0; run < 4000; run++) {
        strategy.begin(run);
        execution.execute(machine, strategy);
        seen.add(orderOf(execution));
      }
      assert.deepEqual([...seen].sort(), ordersOf(SENT));
    });
  }

  for (const strategy of ['portfolio', ...STRATEGY_NAMES]) {
    it(`finds every schedule repeatable (${strategy})`, () => {
      for (const cpus of [TURNS, SENT, [...INTERRUPTED, { threads: { c: adds(2) } }]]) {
        const { verdict, message } = explore(new SwitchingMachine('repeated', cpus), {
          strategy,
          schedules: 700,
        });
        assert.ok(verdict === 'none' || verdict === 'proved', `${verdict}: ${message}`);
      }
    });
  }

  it('counts what an exhaustive search covered', () => {
    const { verdict, schedules } = explore(new SwitchingMachine('sent', SENT), { strategy: 'dfs' });
    assert.deepEqual([verdict, schedules], ['proved', 26]);
  });
});

describe('a finding about a machine that switches', () => {
  const torn: readonly SwitchingCpu[] = [
    {
      threads: { a: adds(4), b: adds(2) },
      *handler(t) {
        yield* t.add(Y, 1);
        if (t.look(X) === 2) t.fail('x is torn');
      },
      isRequested: true,
    },
    { threads: { c: adds(0) } },
  ];

  it('is shortened to the one interrupt it takes, and replays', () => {
    const machine = new SwitchingMachine('torn', torn);
    const found = explore(machine, { strategy: 'random' });
    assert.deepEqual(
      [found.verdict, found.finding?.strand, found.preemptions, found.contextSwitches],
      ['assertion', 'cpu0/irq', 1, 1],
    );
    const again = replay(machine, found.schedule ?? '');
    assert.deepEqual([again.verdict, again.trace], [found.verdict, found.trace]);
    assert.match(found.finding?.at ?? '', /switching-machine/);
  });

  it('that needs nothing but switches has no preemption', () => {
    const late: KernelCode = function* (t) {
      yield* t.add(X, 1);
      yield SWITCH;
      if (t.look(Y) === 1) t.fail('y came first');
    };
    const machine = new SwitchingMachine('late', [
      { threads: { a: late, b: adds(3) } },
      {
        threads: {
          *c(t) {
            yield* t.add(Y, 1);
          },
        },
      },
    ]);
    for (const strategy of ['random', 'pct', 'pos', 'surw']) {
      const { verdict, preemptions } = explore(machine, { strategy });
      assert.deepEqual([verdict, preemptions], ['assertion', 0], strategy);
    }
  });

  it('has the strands of a CPU side by side', () => {
    const machine = new SwitchingMachine('torn', torn);
    const { finding, options } = explore(machine, { strategy: 'random' });
    assert.deepEqual(finding?.strands, ['cpu0/a', 'cpu0/b', 'cpu0/irq', 'cpu1/c', 'cpu1/irq']);
    assert.deepEqual(options.machine, { cpus: 2 });
  });

  it('belongs to a machine of so many CPUs, and is refused by another', () => {
    const text = explore(new SwitchingMachine('torn', torn)).schedule ?? '';
    assert.throws(() => replay(new SwitchingMachine('torn', [torn[0]]), text), {
      name: 'ScheduleError',
      message: /^the schedule of "torn" was recorded under other options of the machine.* \(now cpus 1\): /,
    });
  });
});
