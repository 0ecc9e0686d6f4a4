import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  type CreateOptions,
  crit_enter,
  GD,
  lwkt_create,
  lwkt_exit,
  lwkt_free_thread,
  lwkt_hold,
  lwkt_join,
  lwkt_rele,
  type Steps,
  tdallq,
  TD,
  TDF_EXITING,
  TDF_MP_EXITSIG,
  TDF_RUNNING,
  TDF_TSLEEPQ,
  tsleep_interlock,
  wakeup,
} from '../src/index.ts';
import { fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

/** Threads of a CPU, by its own list. */
function threadsOf(k: Context): number[] {
  return [...tdallq.foreach(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never)].map(Number);
}

function refuses(said: RegExp, options: CreateOptions, func: unknown = fn('main'), verdict = 'panic'): void {
  const program = kernelProgram('refused', {}, (k) => lwkt_create(k, func as number, options));
  assert.match(verdictOf(program, verdict, ONE).message, said);
}

describe('lwkt_create', () => {
  it('starts a registered function with its words on the CPU asked for', () => {
    for (const cpu of [0, 1]) {
      const program = kernelProgram(
        'create',
        {
          threads: {
            *worker(k, ...args) {
              assert.equal(k.cpu.cpuid, cpu);
              assert.deepEqual(args, [1, -2, 3, 0]);
              assert.equal(k.nameOf(k.td), 'a worker');
              assert.equal(k.words[k.td + TD.td_critcount], 0);
              assert.ok(threadsOf(k).includes(k.td));
              return 42;
            },
          },
        },
        function* (k) {
          const td = yield* lwkt_create(k, fn('worker'), {
            cpu,
            args: [1, -2, 3],
            name: 'a worker',
            pri: 20,
          });
          assert.equal(yield* lwkt_join(k, td), 42);
          assert.ok(!threadsOf(k).includes(td));
        },
      );
      watchAll(program, {}, { strategy: 'random', schedules: 100 });
    }
  });

  it('refuses what makes no sense', () => {
    refuses(/there is no cpu2 \(this machine has cpu0 to cpu1\)/, { cpu: 2 });
    refuses(/there is no cpu0.5/, { cpu: 0.5 });
    refuses(/priority 32: a whole number from 0 to 31/, { pri: 32 });
    refuses(/priority NaN/, { pri: NaN });
    refuses(/5 arguments, a thread takes at most 4/, { args: [1, 2, 3, 4, 5] });
    refuses(/argument 1.5: arguments are int32 words/, { args: [1.5] });
    refuses(/argument string/, { args: ['7' as never] });
    refuses(/function \d+ is not registered/, {}, fn('nobody'));
    refuses(
      /the function value body cannot travel to another CPU/,
      {},
      function* body() {},
      'scenario-misuse',
    );
    refuses(/no function is registered as "main"/, {}, 'main', 'scenario-misuse');
  });

  it('panics when there is no memory for one more', () => {
    const program = kernelProgram(
      'memory',
      { cpus: 1, limits: { memoryWords: 8192 }, threads: { *worker() {} } },
      function* (k) {
        for (;;) yield* start(k, 'worker', [], { nostart: true });
      },
    );
    assert.match(verdictOf(program, 'panic', ONE).message, /out of kernel memory for a thread/);
  });
});

describe('a thread that ends', () => {
  it('leaves its list, and tells EXITSIG exactly once, after RUNNING is cleared (T11)', () => {
    let signals = 0;
    const program = kernelProgram(
      'exit',
      {
        threads: {
          *worker() {
            return 7;
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'worker', [], { cpu: 1 });
        assert.equal(yield* lwkt_join(k, td), 7);
        assert.equal(k.words[td + TD.td_flags] & (TDF_RUNNING | TDF_EXITING), TDF_EXITING);
        assert.equal(k.words[td + TD.td_mpflags], TDF_MP_EXITSIG);
      },
    );
    watchAll(
      program,
      {
        onRun: () => (signals = 0),
        onStep(operation, kind) {
          const name = operation.target?.describe(operation.location) ?? '';
          if (kind.name === 'kernel.or' && name === 'thread worker.td_mpflags') signals++;
          assert.ok(signals <= 1);
        },
      },
      { strategy: 'random', schedules: 150 },
    );
    assert.equal(signals, 1);
  });

  it('is off the sleep queue it interlocked on, so that a later wakeup does not find it', () => {
    const program = kernelProgram(
      'interlocked',
      {
        cpus: 1,
        threads: {
          *worker(k, word) {
            yield* tsleep_interlock(k, word);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'worker', [word]);
        yield* lwkt_join(k, td);
        assert.equal(k.words[td + TD.td_flags] & TDF_TSLEEPQ, 0);
        yield* lwkt_free_thread(k, td);
        yield* wakeup(k, word);
      },
    );
    passesOnce(program);
  });

  it('must hold nothing: no critical section', () => {
    const program = kernelProgram('critical', { cpus: 1 }, function* (k) {
      yield* k.fence();
      crit_enter(k);
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /main ends in 1 critical sections/);
  });

  it('may end by itself with a result', () => {
    const program = kernelProgram(
      'lwkt_exit',
      { threads: { worker: (k) => lwkt_exit(k, 9) } },
      function* (k) {
        assert.equal(yield* lwkt_join(k, yield* start(k, 'worker', [], { cpu: 1 })), 9);
      },
    );
    verdictOf(program, 'none', MANY);
  });
});

describe('lwkt_hold', () => {
  it('keeps an exiting thread from making its last switch, which it tries each tick', () => {
    let waited = 0;
    const program = kernelProgram(
      'hold',
      {
        threads: {
          *worker(k, ready) {
            yield* k.until(ready, NOT_EQUAL, 0);
          },
        },
      },
      function* (k) {
        const ready = yield* newWord(k);
        const td = yield* start(k, 'worker', [ready], { cpu: 1 });
        yield* lwkt_hold(k, td);
        yield* k.store(ready, 1);
        for (let wait = 0; wait < 12; wait++) {
          yield* k.fence();
          if (k.nameOf(td) === 'worker' && k.words[td + TD.td_wchan] === td + TD.td_refs) waited++;
          assert.equal(k.words[td + TD.td_mpflags] & TDF_MP_EXITSIG, 0);
        }
        yield* lwkt_rele(k, td);
        yield* lwkt_join(k, td);
        yield* lwkt_free_thread(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(waited > 0);
  });

  it('is balanced by lwkt_rele', () => {
    const program = kernelProgram('rele', { cpus: 1 }, (k) => lwkt_rele(k, k.td));
    assert.match(verdictOf(program, 'panic', ONE).message, /td_refs of main was 0/);
  });
});

describe('lwkt_join', () => {
  it('waits for several threads of several CPUs, from several threads', () => {
    const program = kernelProgram(
      'join',
      {
        cpus: 3,
        threads: {
          *worker(k, word) {
            yield* k.fetchadd(word, 1);
          },
          *joiner(k, td) {
            yield* lwkt_join(k, td);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const worker = yield* start(k, 'worker', [word], { cpu: 2 });
        const joiner = yield* start(k, 'joiner', [worker], { cpu: 1 });
        yield* lwkt_join(k, worker);
        assert.equal(k.peek(word), 1);
        yield* lwkt_join(k, joiner);
      },
    );
    verdictOf(program, 'none', { strategy: 'portfolio', schedules: 400 });
  });

  it('of each other is a deadlock that names both', () => {
    const program = kernelProgram(
      'cross join',
      {
        threads: {
          *worker(k, td) {
            yield* lwkt_join(k, td);
          },
        },
      },
      function* (k) {
        yield* lwkt_join(k, yield* start(k, 'worker', [k.td], { cpu: 1 }));
      },
    );
    const { finding, message } = verdictOf(program, 'deadlock', MANY);
    assert.match(message, /cpu0\/main, cpu1\/worker wait for ever/);
    assert.match(
      (finding?.details ?? []).join('\n'),
      /cpu0\/main sleeps on "tdjoin"[^]*cpu1\/worker sleeps on "tdjoin"/,
    );
  });
});

describe('lwkt_free_thread', () => {
  it('gives the memory back once, for the next thread', () => {
    const program = kernelProgram(
      'free',
      { threads: { *worker() {} }, limits: { quarantineBlocks: 0 } },
      function* (k) {
        for (let round = 0; round < 3; round++) {
          const td = yield* start(k, 'worker', [], { cpu: 1 });
          yield* lwkt_join(k, td);
          yield* lwkt_free_thread(k, td);
        }
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('refuses a thread that has not exited, or that somebody holds', () => {
    const running = kernelProgram('running', { cpus: 1, threads: { *worker() {} } }, function* (k) {
      yield* lwkt_free_thread(k, yield* start(k, 'worker'));
    });
    assert.match(verdictOf(running, 'panic', ONE).message, /worker has not exited/);
    const held = kernelProgram('held', { cpus: 1, threads: { *worker() {} } }, function* (k): Steps {
      const td = yield* start(k, 'worker');
      yield* lwkt_join(k, td);
      yield* lwkt_hold(k, td);
      yield* lwkt_free_thread(k, td);
    });
    assert.match(verdictOf(held, 'panic', ONE).message, /worker has 1 references/);
  });
});
