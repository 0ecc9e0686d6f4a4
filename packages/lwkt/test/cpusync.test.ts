import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import {
  type Context,
  crit_enter,
  crit_exit_noyield,
  Cpusync,
  GD,
  IP,
  lwkt_cpusync_deinterlock,
  lwkt_cpusync_init,
  lwkt_cpusync_interlock,
  lwkt_cpusync_simple,
  lwkt_create,
  lwkt_join,
  lwkt_send_ipiq,
  lwkt_wait_ipiq,
  lwkt_yield,
  type Steps,
  TD,
  tsleep,
} from '../src/index.ts';
import { type Body, check, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';

const { cs_mack: MACK } = Cpusync.offsets;
/** Every interleaving with up to so many preemptions. */
const all = (preemptions: number) => ({ strategy: 'dfs', preemptions, schedules: 40_000 });
const BUSY = 3;

/** The function of the syncs: counts, in a word for each CPU, how often it ran there. */
function* note(k: Context, counts: number): Steps {
  yield* k.fetchadd(counts + k.cpu.cpuid, 1);
}

/** Works, each step of which the words show: (steps done, told to stop). */
function* worker(k: Context, steps: number): Steps {
  for (let at = 0; at < BUSY; at++) yield* k.fetchadd(steps, 1);
}

/**
 * Makes the CPUs of a mask stand still, and checks that they do until they are let go. `watched` is a CPU
 * that must not run cs_func before; the number of CPUs where another master may let it.
 */
function* master(k: Context, mask: number, steps: number, counts: number, watched: number): Steps {
  const cs = yield* k.allocate('cpusync', Cpusync.size, true);
  lwkt_cpusync_init(k, cs, mask, fn('note'), counts);
  yield* lwkt_cpusync_interlock(k, cs);
  check(k, k.words[k.td + TD.td_cscount] === 1, 'the sync is counted');
  const before = yield* k.load(steps);
  const ran = yield* k.load(counts + watched);
  yield* k.fence();
  check(k, (yield* k.load(steps)) === before, 'no target runs while it stands still');
  check(k, (yield* k.load(counts + watched)) === ran, 'cs_func waits for the end of the sync');
  yield* lwkt_cpusync_deinterlock(k, cs);
  check(k, k.words[k.td + TD.td_cscount] === 0, 'nothing is left of the count');
  check(k, k.words[k.td + TD.td_critcount] === 0, 'nor of the critical section');
  yield* k.free('cpusync', cs);
}

/** How often cs_func ran on each CPU. */
function countsOf(k: Context, counts: number, cpus: number): number[] {
  return Array.from({ length: cpus }, (_, cpuid) => k.peek(counts + cpuid));
}

function expectCounts(k: Context, counts: number, expected: readonly number[]): void {
  const found = countsOf(k, counts, expected.length);
  check(k, found.join() === expected.join(), `cs_func ran ${found.join()} times, not ${expected.join()}`);
  for (let cpuid = 0; cpuid < expected.length; cpuid++) {
    check(k, k.peek(k.kernel.gdOf(cpuid) + GD.gd_cpusyncs) === 0, `cpu${cpuid} is held by nobody`);
  }
}

interface Start {
  readonly cpu: number;
  readonly name: string;
  readonly args: (words: { steps: number; counts: number }) => number[];
}

/** Starts threads on other CPUs, runs `main` on cpu0, and looks at how often cs_func ran where. */
function program(
  name: string,
  expected: readonly number[],
  started: readonly Start[],
  main: (k: Context, steps: number, counts: number) => Steps<unknown>,
  threads: Record<string, Body> = {},
): ReturnType<typeof kernelProgram> {
  const cpus = expected.length;
  return kernelProgram(name, { cpus, threads: { note, worker, master, ...threads } }, function* (k) {
    const steps = yield* k.allocate('steps', 1, true);
    const counts = yield* k.allocate('counts', cpus + 1, true);
    const tds: number[] = [];
    for (const each of started) {
      const args = each.args({ steps, counts });
      tds.push(yield* lwkt_create(k, fn(each.name), { cpu: each.cpu, args }));
    }
    yield* main(k, steps, counts);
    for (const td of tds) yield* lwkt_join(k, td);
    expectCounts(k, counts, expected);
  });
}

const working = (cpu: number): Start => ({ cpu, name: 'worker', args: ({ steps }) => [steps] });

describe('CPU syncs', () => {
  it('let no target run between interlock and deinterlock, and each run the function once', () => {
    const one = program('one target', [0, 1], [working(1)], (k, steps, counts) =>
      master(k, 0b10, steps, counts, 1),
    );
    verdictOf(one, 'proved', all(2));
    const two = program(
      'two targets and the master',
      [1, 1, 1],
      [working(1), working(2)],
      (k, steps, counts) => master(k, 0b111, steps, counts, 1),
    );
    verdictOf(two, 'none', { schedules: 2000 });
  });

  it('leave CPUs alone that are not in the mask or do not exist', () => {
    const main = (k: Context, steps: number, counts: number): Steps => master(k, 0b1010, steps, counts, 1);
    const other: Body = function* (k, word) {
      yield* k.until(word, EQUAL, 1);
    };
    const started: Start[] = [{ cpu: 2, name: 'other', args: ({ counts }) => [counts + 1] }];
    verdictOf(program('mask', [0, 1, 0], started, main, { other }), 'none', { schedules: 500 });
    const alone = program('alone', [1], [], (k, _steps, counts) =>
      lwkt_cpusync_simple(k, -1, fn('note'), counts, -1),
    );
    verdictOf(alone, 'nothing-concurrent', { schedules: 5 });
  });

  it('run the function everywhere in one call, and need none', () => {
    const simple = program('simple', [1, 1], [working(1)], function* (k, _steps, counts) {
      yield* lwkt_cpusync_simple(k, 0b11, fn('note'), counts);
      expectCounts(k, counts, [1, 1]);
      yield* lwkt_cpusync_simple(k, 0b11, 0, counts);
    });
    verdictOf(simple, 'none', { schedules: 1500 });
    verdictOf(simple, 'proved', all(1));
  });

  it('may be mastered within each other by one thread', () => {
    const nested = program('nested', [0, 2], [working(1)], function* (k, _steps, counts) {
      const cs = yield* k.allocate('cpusync', 2 * Cpusync.size, true);
      const inner = cs + Cpusync.size;
      for (const each of [cs, inner]) lwkt_cpusync_init(k, each, 0b10, fn('note'), counts);
      yield* lwkt_cpusync_interlock(k, cs);
      yield* lwkt_cpusync_interlock(k, inner);
      check(k, k.words[k.td + TD.td_cscount] === 2, 'two are counted');
      yield* lwkt_cpusync_deinterlock(k, cs);
      expectOpen(k, inner);
      yield* lwkt_cpusync_deinterlock(k, inner);
    });
    verdictOf(nested, 'proved', all(2));
  });

  function expectOpen(k: Context, cs: number): void {
    check(k, k.peek(cs + MACK) === 0b10, 'the other one still holds its target');
  }

  it('reach a CPU that sends messages of its own meanwhile', () => {
    const sender: Body = function* (k, steps) {
      for (let at = 0; at < 2; at++) {
        const seq = yield* lwkt_send_ipiq(k, 0, fn('tick'), steps, 0);
        yield* lwkt_wait_ipiq(k, 0, seq);
      }
    };
    const tick: Body = (k, steps) => note(k, steps - k.cpu.cpuid);
    const threads = { sender, tick };
    const started: Start[] = [{ cpu: 1, name: 'sender', args: ({ counts }) => [counts + 2] }];
    const busy = program(
      'sender',
      [0, 1],
      started,
      (k, steps, counts) => master(k, 0b10, steps, counts, 1),
      threads,
    );
    verdictOf(busy, 'proved', all(2));
  });

  it('hold a CPU that waits for room in a queue of messages', () => {
    const flood: Body = function* (k, steps) {
      for (let at = 0; at < 18; at++) yield* lwkt_send_ipiq(k, 0, fn('tick'), steps, 0);
      yield* k.fetchadd(steps, 1);
    };
    const tick: Body = function* () {};
    const started: Start[] = [{ cpu: 1, name: 'flood', args: ({ steps }) => [steps] }];
    const main = function* (k: Context, steps: number, counts: number): Steps {
      crit_enter(k);
      yield* k.until(k.kernel.ipiqOf(1, 0) + IP.ip_drain, EQUAL, 1);
      crit_exit_noyield(k);
      const cs = yield* k.allocate('cpusync', Cpusync.size, true);
      lwkt_cpusync_init(k, cs, 0b10, fn('note'), counts);
      yield* lwkt_cpusync_interlock(k, cs);
      const before = yield* k.load(steps);
      // Time enough for the sender to get through, now that its messages have been taken.
      for (let at = 0; at < 12; at++) yield* k.fence();
      check(k, (yield* k.load(steps)) === before, 'the sender stands still');
      yield* lwkt_cpusync_deinterlock(k, cs);
    };
    const full = program('flood', [0, 1], started, main, { flood, tick });
    verdictOf(full, 'none', { schedules: 1500 });
  });
});

describe('masters of CPU syncs against each other', () => {
  /** A master whose own CPU is a target of another: both go on, so it makes no claim about the other. */
  const rival: Body = function* (k, mask, counts) {
    yield* lwkt_cpusync_simple(k, mask, fn('note'), counts);
  };
  const against = (cpu: number, mask: number): Start => ({
    cpu,
    name: 'rival',
    args: ({ counts }) => [mask, counts],
  });
  const threads = { rival };

  it('do not deadlock, and each target runs each function once', () => {
    const two = program(
      'two masters',
      [1, 1],
      [against(1, 0b01)],
      (k, _s, counts) => rival(k, 0b10, counts),
      threads,
    );
    const result = verdictOf(two, 'proved', all(2));
    assert.ok(result.schedules > 500, `${result.schedules} interleavings`);
    verdictOf(two, 'none', { schedules: 4000 });
  });

  it('hold a third CPU until both are done with it', () => {
    const main = (k: Context, _steps: number, counts: number): Steps => rival(k, 0b111, counts) as Steps;
    const three = program(
      'two masters, one target',
      [2, 2, 2],
      [against(1, 0b111), working(2)],
      main,
      threads,
    );
    verdictOf(three, 'none', { schedules: 3000 });
  });

  it('each see the third CPU stand still', () => {
    const watching: Start = {
      cpu: 1,
      name: 'master',
      args: ({ steps, counts }) => [0b101, steps, counts, 3],
    };
    const main = (k: Context, steps: number, counts: number): Steps => master(k, 0b110, steps, counts, 3);
    const three = program('two who watch', [1, 1, 2], [watching, working(2)], main, threads);
    verdictOf(three, 'none', { schedules: 3000 });
  });

  it('do not deadlock in a ring of three', () => {
    const main = (k: Context, _steps: number, counts: number): Steps => rival(k, 0b110, counts) as Steps;
    const ring = program('ring', [2, 2, 2], [against(1, 0b101), against(2, 0b011)], main, threads);
    verdictOf(ring, 'none', { schedules: 3000 });
  });

  it('stand still for others when their own sync is over', () => {
    const watching: Start = { cpu: 1, name: 'master', args: ({ steps, counts }) => [0b01, steps, counts, 2] };
    const main = function* (k: Context, steps: number, counts: number): Steps {
      yield* rival(k, 0b10, counts);
      yield* worker(k, steps);
    };
    const two = program('works after its own', [1, 1], [watching], main, threads);
    verdictOf(two, 'none', { schedules: 4000 });
    verdictOf(two, 'proved', all(1));
  });
});

describe('mastering a CPU sync', () => {
  function endsAs(verdict: string, message: RegExp, main: Body): void {
    const machine = kernelProgram('misuse', { threads: { note } }, main);
    assert.match(verdictOf(machine, verdict, { strategy: 'random', schedules: 20 }).message, message);
  }

  it('forbids blocking', () => {
    endsAs('panic', /lwkt_switch: main blocks while it masters 1 CPU syncs/, function* (k) {
      const cs = yield* k.allocate('cpusync', Cpusync.size, true);
      lwkt_cpusync_init(k, cs, 0b10, 0, 0);
      yield* lwkt_cpusync_interlock(k, cs);
      yield* tsleep(k, cs, 0, 'never');
    });
  });

  it('is over when no CPU but the own was asked for', () => {
    const own = kernelProgram('own', { threads: { note } }, function* (k) {
      const counts = yield* k.allocate('counts', 2, true);
      const cs = yield* k.allocate('cpusync', Cpusync.size, true);
      lwkt_cpusync_init(k, cs, 0b01, fn('note'), counts);
      yield* lwkt_cpusync_interlock(k, cs);
      assert.equal(k.words[k.td + TD.td_critcount], 1);
      assert.equal(k.words[k.td + TD.td_cscount], 0);
      yield* lwkt_cpusync_deinterlock(k, cs);
      assert.equal(k.words[k.td + TD.td_critcount], 0);
      expectCounts(k, counts, [1, 0]);
      yield* lwkt_yield(k);
    });
    verdictOf(own, 'nothing-concurrent', { schedules: 5 });
  });
});
