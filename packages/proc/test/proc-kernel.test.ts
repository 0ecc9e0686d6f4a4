import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProcKernel, procs, time_second } from '../src/proc-kernel.ts';
import { G, Procglob } from '../src/table/procglob.ts';
import { procinit } from '../src/table/procinit.ts';
import { ImageTable } from '../src/user/image.ts';
import { bootedKernel } from './table/fixtures/booted-kernel.ts';

describe('what a realm knows of the table', () => {
  it('finds it in kernel memory, and the bucket of each number, negative ones too', () => {
    const kernel = bootedKernel({ allprocHashSize: 8 });
    const g = procinit(kernel);
    const proc = new ProcKernel(kernel, new ImageTable({}));
    assert.deepEqual([proc.g, proc.hsize], [g, 8]);
    const first = kernel.words[g + G.g_procglob];
    for (const id of [0, 1, 7, 8, 9, 399, 0x7fffffff, -1]) {
      const index = ((id % 8) + 8) % 8;
      assert.equal(proc.bucketOf(id), first + index * Procglob.size, `bucket of ${id}`);
      assert.equal(proc.bucketAt(index), proc.bucketOf(id));
    }
  });

  it('knows nothing before the table is laid out', () => {
    assert.throws(() => new ProcKernel(bootedKernel(), new ImageTable({})), /proc_globals/);
  });

  it('counts whole seconds of the machine’s clock', () => {
    const kernel = bootedKernel();
    const { hz } = kernel.limits;
    const at = (ticks: number): number => time_second({ kernel: { ticks, limits: { hz } } } as never);
    assert.deepEqual([0, hz - 1, hz, 5 * hz + 1].map(at), [0, 0, 1, 5]);
    const proc = {};
    assert.equal(procs({ kernel: { proc } } as never), proc);
  });
});
