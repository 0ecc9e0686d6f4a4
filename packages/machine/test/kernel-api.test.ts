import assert from 'node:assert/strict';
import { Execution } from '@smplab/explore';
import { TDPRI_KERN_USER } from '@smplab/lwkt';
import { type KernelApi, machineScenario, PINTERLOCKED, runSchedules } from '../src/index.ts';
import { exploreBody, outcome } from './fixtures/kernel-run.ts';

type Body = (k: KernelApi) => Generator<unknown, void>;
type Threads = Record<string, (k: KernelApi, ...args: number[]) => Generator<unknown, unknown>>;

const EWOULDBLOCK = 35;
/** Sleeps until a word, whose writers wake it, has the value. */
function* reached(k: KernelApi, word: number, value: number): Generator<unknown, void> {
  for (;;) {
    yield* k.tsleep_interlock(word);
    if ((yield* k.atomic_load_acq_int(word)) === value) return;
    yield* k.tsleep(word, PINTERLOCKED, 'reached');
  }
}

const alone = (body: Body): string => outcome(body, {}, 3);
const together = (threads: Threads, body: Body, cpus = 2): string => outcome(body, { threads, cpus }, 60);

describe('threads of kernel code', () => {
  it('run on the CPU that is asked for with their arguments, and give their result to who joins', () => {
    const threads: Threads = {
      *sum(k, a, b, c, d) {
        yield* k.cpu_mfence();
        return a + b + c + d + 1000 * k.cpuid;
      },
    };
    const body: Body = function* (k) {
      const far = yield* k.lwkt_create('sum', { cpu: 1, args: [1, 2, 3, 4] });
      const near = yield* k.lwkt_create('sum', { args: [5, 6] });
      k.assert((yield* k.join(far)) === 1010, 'far');
      k.assert((yield* k.join(near)) === 11, 'arguments not given are 0');
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('bear the name they are given, or that of their function', () => {
    const threads: Threads = {
      *worker(k) {
        yield* k.cpu_mfence();
      },
    };
    const body: Body = function* (k) {
      yield* k.join(yield* k.lwkt_create('worker', { name: 'bee' }));
      yield* k.join(yield* k.lwkt_create('worker'));
      k.fail('to see the strands');
    };
    const { strands } = exploreBody(body, { threads });
    assert.ok(strands.includes('cpu0/bee') && strands.includes('cpu0/worker'), strands.join());
  });

  it('end with lwkt_exit wherever they are', () => {
    const threads: Threads = {
      *quitter(k) {
        yield* k.lwkt_exit(7);
        k.fail('goes on after its end');
      },
    };
    const body: Body = function* (k) {
      k.assert((yield* k.join(yield* k.lwkt_create('quitter'))) === 7, 'its result');
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('that are not started wait until they are scheduled', () => {
    const threads: Threads = {
      *late(k, flag) {
        k.assert((yield* k.atomic_load_acq_int(flag)) === 1, 'ran before it was scheduled');
      },
    };
    const body: Body = function* (k) {
      const flag = yield* k.kmalloc('flag', 4);
      const late = yield* k.lwkt_create('late', { cpu: 1, nostart: true, args: [flag] });
      yield* k.atomic_store_rel_int(flag, 1);
      yield* k.lwkt_schedule(late);
      yield* k.join(late);
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('take themselves off the run queue, and are put back', () => {
    const threads: Threads = {
      *sleeper(k, flag) {
        k.crit_enter();
        k.lwkt_deschedule_self();
        yield* k.atomic_store_rel_int(flag, 1);
        yield* k.wakeup(flag);
        yield* k.lwkt_switch();
        yield* k.crit_exit();
        return 5;
      },
    };
    const body: Body = function* (k) {
      const flag = yield* k.kmalloc('flag', 4);
      const sleeper = yield* k.lwkt_create('sleeper', { args: [flag] });
      yield* reached(k, flag, 1);
      yield* k.lwkt_schedule(sleeper);
      k.assert((yield* k.join(sleeper)) === 5, 'it went on');
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('run by priority, which may be changed', () => {
    const order = (raises: boolean): string => {
      const threads: Threads = {
        *mark(k, word, digit) {
          k.set(word, k.get(word) * 10 + digit);
          yield* k.cpu_mfence();
        },
      };
      const body: Body = function* (k) {
        const word = yield* k.kmalloc('word', 4);
        const first = yield* k.lwkt_create('mark', { pri: TDPRI_KERN_USER, nostart: true, args: [word, 1] });
        const second = yield* k.lwkt_create('mark', { pri: TDPRI_KERN_USER, nostart: true, args: [word, 2] });
        k.crit_enter();
        yield* k.lwkt_schedule(first);
        yield* k.lwkt_schedule(second);
        if (raises) k.lwkt_setpri(second, TDPRI_KERN_USER + 1);
        yield* k.crit_exit();
        yield* k.join(first);
        yield* k.join(second);
        k.fail(`order ${k.get(word)}`);
      };
      return outcome(body, { threads, cpus: 1 }, 1);
    };
    assert.equal(order(false), 'assertion: order 12');
    assert.equal(order(true), 'assertion: order 21');
  });

  it('move to another CPU by themselves, and by the hands of two others', () => {
    const threads: Threads = {
      *given(k) {
        k.assert(k.cpuid === 1, `woke up on cpu${k.cpuid}`);
        yield* k.cpu_mfence();
      },
      *receiver(k, td) {
        yield* k.lwkt_acquire(td);
        yield* k.lwkt_schedule(td);
      },
    };
    const body: Body = function* (k) {
      yield* k.lwkt_setcpu_self(1);
      k.assert(k.cpuid === 1, 'moved');
      yield* k.lwkt_setcpu_self(0);
      const given = yield* k.lwkt_create('given', { nostart: true });
      yield* k.lwkt_giveaway(given);
      yield* k.join(yield* k.lwkt_create('receiver', { cpu: 1, args: [given] }));
      yield* k.join(given);
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('are freed when they have ended and nobody holds them, and not before', () => {
    const threads: Threads = {
      *brief(k) {
        yield* k.cpu_mfence();
      },
    };
    const freeing = (use: (k: KernelApi, td: number) => Generator<unknown, void>): string =>
      together(threads, function* (k) {
        const td = yield* k.lwkt_create('brief', { cpu: 1 });
        yield* k.join(td);
        yield* use(k, td);
        yield* k.lwkt_free_thread(td);
      });
    assert.equal(
      freeing(function* (k, td) {
        yield* k.lwkt_hold(td);
        yield* k.lwkt_rele(td);
      }),
      'ok',
    );
    assert.match(
      freeing((k, td) => k.lwkt_hold(td)),
      /^panic: lwkt_free_thread: brief has 1 references$/,
    );
    assert.match(
      freeing((k, td) => k.lwkt_rele(td)),
      /^panic: lwkt_rele: td_refs of brief was 0$/,
    );
    const early: Body = function* (k) {
      yield* k.lwkt_free_thread(yield* k.lwkt_create('brief', { nostart: true }));
    };
    assert.match(together(threads, early), /^panic: lwkt_free_thread: brief has not exited/);
  });

  it('are taken off the run queue by others as well', () => {
    const threads: Threads = {
      *runner(k, word) {
        yield* k.atomic_fetchadd_int(word, 1);
      },
    };
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      const runner = yield* k.lwkt_create('runner', { nostart: true, args: [word] });
      k.crit_enter();
      yield* k.lwkt_schedule(runner);
      yield* k.lwkt_deschedule(runner);
      yield* k.crit_exit();
      yield* k.lwkt_yield();
      yield* k.lwkt_compute(1_000);
      k.assert((yield* k.atomic_load_acq_int(word)) === 0, 'it does not run');
      yield* k.lwkt_schedule(runner);
      yield* k.join(runner);
    };
    assert.equal(together(threads, body), 'ok');
  });
});

describe('sleeping in kernel code', () => {
  const sleepers: Threads = {
    *sleeper(k, ident, answer) {
      yield* k.tsleep_interlock(ident);
      yield* k.atomic_fetchadd_int(answer, 1);
      yield* k.wakeup(answer);
      yield* k.tsleep(ident, PINTERLOCKED, 'wait');
    },
  };

  /** So many sleepers on both CPUs, then `wake`; `all` says whether that must wake all. */
  const wakes = (wake: (k: KernelApi, ident: number) => Iterable<unknown>, all: boolean): string =>
    together(sleepers, function* (k) {
      const [ident, answer] = [yield* k.kmalloc('ident', 4), yield* k.kmalloc('answer', 4)];
      const threads = [];
      for (const cpu of [0, 1]) threads.push(yield* k.lwkt_create('sleeper', { cpu, args: [ident, answer] }));
      yield* reached(k, answer, 2);
      yield* wake(k, ident) as Generator;
      if (!all) yield* k.wakeup(ident);
      for (const thread of threads) yield* k.join(thread);
    });

  it('ends with a wakeup, on every CPU', () => {
    assert.equal(
      wakes((k, ident) => k.wakeup(ident), true),
      'ok',
    );
    assert.equal(
      wakes((k, ident) => k.wakeup_domain(ident, 0), true),
      'ok',
    );
    assert.equal(
      wakes(function* (k, ident) {
        k.wakeup_start_delayed();
        yield* k.wakeup(ident);
        yield* k.wakeup_end_delayed();
      }, true),
      'ok',
    );
  });

  it('ends for some with a wakeup of one, of one domain or of one CPU', () => {
    const one = (k: KernelApi, ident: number): Iterable<unknown> => k.wakeup_one(ident);
    const mine = (k: KernelApi, ident: number): Iterable<unknown> => k.wakeup_mycpu(ident);
    const elsewhere = (k: KernelApi, ident: number): Iterable<unknown> => k.wakeup_domain(ident, 1 << 16);
    for (const wake of [one, mine, elsewhere]) assert.equal(wakes(wake, false), 'ok');
    for (const wake of [mine, elsewhere]) assert.match(wakes(wake, true), /^lost-wakeup: /);
  });

  it('ends with EWOULDBLOCK after its time, and needs a message', () => {
    const naps: Body = function* (k) {
      k.assert((yield* k.tsleep(9, 0, 'nap', 3)) === EWOULDBLOCK, 'its time is over');
    };
    assert.equal(alone(naps), 'ok');
    const mute: Body = function* (k) {
      yield* k.tsleep(9, 0, '');
    };
    assert.match(alone(mute), /^scenario-misuse: tsleep was given "": a text is needed/);
  });
});

describe('the test itself', () => {
  it('fails with its own text: assert, fail, panic', () => {
    const cases: readonly (readonly [(k: KernelApi) => void, string])[] = [
      [(k) => k.assert(true, 'fine'), 'ok'],
      [(k) => k.assert(false, 'not so'), 'assertion: not so'],
      [(k) => k.fail('no way'), 'assertion: no way'],
      [(k) => k.panic('at the disco'), 'panic: at the disco'],
      [
        (k) => k.assert(7 as never, 'a number'),
        'scenario-misuse: k.assert("a number") was given 7: true or false is needed',
      ],
    ];
    for (const [use, expected] of cases) {
      const body: Body = function* (k) {
        yield* k.cpu_mfence();
        use(k);
      };
      assert.equal(alone(body), expected);
    }
  });

  it('has its failure told even where it is caught', () => {
    const body: Body = function* (k) {
      yield* k.cpu_mfence();
      try {
        k.fail('hidden');
      } catch {
        yield* k.cpu_mfence();
      }
    };
    assert.equal(alone(body), 'assertion: hidden');
  });

  it('chooses among all alternatives', () => {
    const seen = new Set<number>();
    const body: Body = function* (k) {
      yield* k.cpu_mfence();
      seen.add(k.choose(3));
    };
    outcome(body, {}, 60);
    assert.deepEqual([...seen].sort(), [0, 1, 2]);
  });

  it('logs lines into the trace', () => {
    const lines: string[] = [];
    const scenario = machineScenario('log', {}, function* (k) {
      k.log('before');
      yield* k.cpu_mfence();
      k.log('after');
    });
    const execution = new Execution();
    execution.observer = {
      wantsStacks: false,
      onStep: () => undefined,
      onLog: (_strand, text) => lines.push(text),
    };
    runSchedules(execution, scenario, { strategy: 'random', seed: 1 });
    assert.deepEqual(lines, ['before', 'after']);
  });
});
