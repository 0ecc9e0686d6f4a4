import assert from 'node:assert/strict';
import { Memory, readCstring } from '@smplab/kmem';
import { describe, it } from 'mocha';
import { EXPLORE_LIMITS, type FixId, FIX_SWITCHES, GD, Kernel, KERN, Registry } from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';

const OPTIONS = { cpus: 3, limits: EXPLORE_LIMITS };

function booted(): { memory: Memory; kernel: Kernel } {
  const memory = Memory.create();
  return { memory, kernel: Kernel.boot(memory, new Registry(), OPTIONS) };
}

describe('a kernel', () => {
  it('lays out each CPU with empty queues, on cache lines of its own', () => {
    const { kernel } = booted();
    const { words } = kernel;
    for (let cpuid = 0; cpuid < 3; cpuid++) {
      const gd = kernel.gdOf(cpuid);
      assert.equal(gd % 16, 0);
      assert.deepEqual([words[gd + GD.gd_cpuid], words[gd + GD.gd_nexttimo]], [cpuid, -1]);
      for (const head of [GD.gd_tdallq, GD.gd_tdrunq, GD.gd_timeouts]) {
        assert.deepEqual([words[gd + head], words[gd + head + 1]], [0, gd + head]);
      }
      const hash = words[gd + GD.gd_tsleep_hash];
      for (let bucket = 0; bucket < kernel.sleepBuckets; bucket++) {
        assert.equal(words[hash + 2 * bucket + 1], hash + 2 * bucket);
      }
    }
    const queues = [0, 1, 2].flatMap((source) => [0, 1, 2].map((target) => kernel.ipiqOf(source, target)));
    assert.equal(new Set(queues).size, 9);
  });

  it('is found by another realm in the same memory', () => {
    const { memory, kernel } = booted();
    const other = Kernel.attach(Memory.attach(memory.buffer), new Registry(), OPTIONS);
    assert.deepEqual([other.kern, other.ncpus, other.gdOf(2)], [kernel.kern, 3, kernel.gdOf(2)]);
    assert.equal(other.ipiqOf(2, 1), kernel.ipiqOf(2, 1));
    assert.equal(other.sleepMaskOf(1), kernel.sleepMaskOf(1));
    kernel.words[kernel.kern + KERN.k_ticks] = 7;
    assert.equal(other.ticks, 7);
  });

  it('knows which CPUs it has', () => {
    const { kernel } = booted();
    assert.deepEqual(
      [-1, 0, 2, 3, 0.5, NaN].map((cpuid) => kernel.hasCpu(cpuid)),
      [false, true, true, false, false, false],
    );
  });

  it('writes texts into fields, cut to what fits', () => {
    const { memory, kernel } = booted();
    const field = memory.reserve(4);
    for (const text of ['long enough to be cut', 'short', '']) {
      kernel.writeText(field, text);
      assert.equal(readCstring(memory, field, 16), text.slice(0, 15));
    }
  });

  it('picks its own fix switches out of those given, and keeps the others for who knows them', () => {
    const asSeedOfKernel = (asSeed: readonly string[] | 'all') => {
      const kernel = Kernel.boot(Memory.create(), new Registry(), { ...OPTIONS, asSeed });
      return {
        on: Object.keys(kernel.asSeed).filter((id) => kernel.asSeed[id as FixId]),
        ids: kernel.asSeedIds,
      };
    };
    const some = asSeedOfKernel(['tsleep-ident', 'of another']);
    assert.deepEqual([some.on, [...some.ids]], [['tsleep-ident'], ['tsleep-ident', 'of another']]);
    for (const all of ['all', ['all']] as const) {
      const { on, ids } = asSeedOfKernel(all);
      assert.deepEqual([...ids], ['all', ...on]);
      assert.equal(on.length, FIX_SWITCHES.length);
    }
  });

  it('panics for the number of a function that its realm does not know', () => {
    const program = kernelProgram('number', { cpus: 1 }, function* (k) {
      yield* k.fence();
      yield* k.call(4711);
    });
    const { message } = verdictOf(program, 'panic', { strategy: 'random', schedules: 1 });
    assert.match(
      message,
      /function 4711 is not registered on cpu0: every CPU must load the same image modules/,
    );
  });
});
