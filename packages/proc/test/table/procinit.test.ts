import assert from 'node:assert/strict';
import { readCstring, Symbols } from '@smplab/kmem';
import { EXPLORE_LIMITS, type Kernel, LIVE_LIMITS, Spinlock } from '@smplab/lwkt';
import { T_DESC } from '@smplab/token';
import { describe, it } from 'mocha';
import { G, PRG, Procglob } from '../../src/table/procglob.ts';
import { procinit } from '../../src/table/procinit.ts';
import { bootedKernel } from './fixtures/booted-kernel.ts';

const textAt = (kernel: Kernel, at: number): string => readCstring(kernel.memory, at, 16);

describe('laying out the table', () => {
  it('makes buckets with tokens, and stamps that are all different', () => {
    const kernel = bootedKernel();
    const g = procinit(kernel);
    const { words } = kernel;
    assert.equal(new Symbols(kernel.memory).find('proc_globals').pointer, g);
    assert.equal(words[g + G.g_hsize], EXPLORE_LIMITS.allprocHashSize);
    assert.equal(words[g + G.g_domains], 400);
    assert.equal(words[g + G.g_nextpid], 1);
    for (let index = 0; index < words[g + G.g_hsize]; index++) {
      const prg = words[g + G.g_procglob] + index * Procglob.size;
      assert.equal(textAt(kernel, prg + PRG.proc_token + T_DESC), 'allproc');
    }
    const stamps = words[g + G.g_pid_doms];
    assert.deepEqual(
      [...words.subarray(stamps, stamps + 12)],
      [245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 0],
    );
    assert.equal(textAt(kernel, g + G.g_prison_spin + Spinlock.offsets.descr), 'prison');
  });

  it('prepares the users at the end', () => {
    const kernel = bootedKernel();
    const seen: number[] = [];
    const g = procinit(kernel, (_kernel, at) => seen.push(at));
    assert.deepEqual(seen, [g]);
  });

  it('has the sizes of the seed on a live machine, and refuses a hash that is no power of two', () => {
    const { allprocHashSize, pidMax } = LIVE_LIMITS;
    const kernel = bootedKernel({ allprocHashSize, pidMax });
    const g = procinit(kernel);
    assert.equal(kernel.words[g + G.g_domains], 999_936);
    assert.throws(() => procinit(bootedKernel({ allprocHashSize: 3 })), /allprocHashSize is 3/);
  });
});
