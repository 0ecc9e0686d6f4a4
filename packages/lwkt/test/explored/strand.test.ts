import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { GD, lwkt_send_ipiq, lwkt_setcpu_self, type Steps } from '../../src/index.ts';
import { fn, kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { joinAll, newWord, start } from '../fixtures/tokens.ts';
import { watchAll } from '../fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };

describe('the strand of a thread', () => {
  it('belongs to the group of its CPU, and moves with the thread', () => {
    const groups = new Set<string>();
    const program = kernelProgram(
      'groups',
      {
        threads: {
          *mover(k): Steps {
            yield* k.fence();
            yield* lwkt_setcpu_self(k, 0);
            yield* k.fence();
          },
        },
      },
      function* (k) {
        yield* joinAll(k, yield* start(k, 'mover', [], { cpu: 1 }));
      },
    );
    watchAll(
      program,
      { onTurn: (strand) => void groups.add(`${strand.path} in ${strand.group}`) },
      { strategy: 'random', schedules: 20 },
    );
    for (const each of ['cpu0/main in 0', 'cpu1/mover in 1', 'cpu1/mover in 0', 'cpu1/irq in 1'])
      assert.ok(groups.has(each), each);
  });

  it('has one pending operation at most, and none when its thread does not have the CPU', () => {
    const program = kernelProgram(
      'pending',
      {
        cpus: 2,
        threads: {
          *worker(k) {
            yield* k.fence();
            yield* k.fence();
          },
        },
      },
      function* (k) {
        yield* joinAll(k, yield* start(k, 'worker'), yield* start(k, 'worker', [], { cpu: 1 }));
      },
    );
    const onTurn = (): void => {
      const { execution, kernel } = program;
      for (let cpuid = 0; cpuid < 2; cpuid++) {
        const current = kernel.words[kernel.gdOf(cpuid) + GD.gd_curthread];
        const pending = execution
          .liveStrands()
          .filter((strand) => strand.group === cpuid && strand.pending !== null);
        const threads = pending.filter((strand) => !/\/(irq|timer)$/.test(strand.path));
        assert.ok(threads.length <= 1);
        for (const strand of threads) assert.equal((strand as unknown as { td: number }).td, current);
      }
    };
    watchAll(program, { onTurn }, { strategy: 'random', schedules: 100 });
  });

  it('refuses an operation that was kept and used later, or never yielded', () => {
    const kept = kernelProgram('kept', { cpus: 1 }, function* (k) {
      const word = yield* newWord(k);
      const load = k.load(word);
      yield* k.fence();
      yield* load;
    });
    assert.match(
      verdictOf(kept, 'scenario-misuse', ONE).message,
      /forgotten yield\*: the operation word\.load\(\)/,
    );
    const twice = kernelProgram('twice', { cpus: 1 }, function* (k) {
      const load = k.load(yield* newWord(k));
      yield* load;
      yield* load;
    });
    assert.match(verdictOf(twice, 'scenario-misuse', ONE).message, /used a second time/);
    const end = kernelProgram(
      'end',
      {
        threads: {
          *handler(k) {
            k.fence();
          },
        },
      },
      function* (k) {
        yield* lwkt_send_ipiq(k, 1, fn('handler'), 0, 0);
        for (let wait = 0; wait < 20; wait++) yield* k.fence();
      },
    );
    assert.match(
      verdictOf(end, 'scenario-misuse', { strategy: 'random', schedules: 50 }).message,
      /forgotten yield\*/,
    );
  });
});
