import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { newWord } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };

describe('the context of kernel code', () => {
  it('shows the words of the kernel memory, and peeks without a step', () => {
    const program = kernelProgram('peek', { cpus: 1 }, function* (k) {
      const word = yield* newWord(k);
      const { steps } = program.execution;
      k.words[word] = 5;
      assert.equal(k.peek(word), 5);
      assert.equal(k.words, k.kernel.memory.words);
      assert.equal(program.execution.steps, steps);
    });
    passesOnce(program);
  });

  it('calls a registered function by number, on the same CPU', () => {
    const program = kernelProgram(
      'call',
      {
        cpus: 1,
        threads: {
          *sum(k, a, b) {
            yield* k.fence();
            return a + b;
          },
        },
      },
      function* (k) {
        assert.equal(yield* k.call(fn('sum'), 3, 4), 7);
      },
    );
    passesOnce(program);
  });

  it('panics where an assertion fails, and only there', () => {
    const program = kernelProgram('assert', { cpus: 1 }, function* (k) {
      yield* k.fence();
      k.assert(true, 'holds');
      k.assert(false, 'p_lock is 3, not 0');
    });
    assert.equal(verdictOf(program, 'panic', ONE).message, 'p_lock is 3, not 0');
  });

  it('gives bodies the facade they were registered with', () => {
    const program = kernelProgram('facade', { cpus: 1 }, function* (k) {
      assert.equal(yield* k.call(fn('user'), 9), 'cpu0 got 9');
    });
    program.given.registry.register(
      'user',
      function* (u: { readonly cpu: string }, arg: number) {
        return `${u.cpu} got ${arg}`;
      },
      (k) => ({ cpu: `cpu${k.cpu.cpuid}` }),
    );
    passesOnce(program);
  });
});
