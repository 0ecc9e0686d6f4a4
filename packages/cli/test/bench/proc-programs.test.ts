import assert from 'node:assert/strict';
import { PROC_PROGRAMS } from '../../src/bench/proc-programs.ts';

const NAME = /^(.+), (1 CPU|2 CPUs), (256 buckets|1 bucket)$/;

describe('the programs of the area proc', () => {
  it('do each kind of work on one CPU and on two, with 256 buckets and with one', () => {
    const names = PROC_PROGRAMS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const works = new Map<string, number>();
    for (const { name, cpus, given } of PROC_PROGRAMS) {
      const [, work, on, buckets] = NAME.exec(name) ?? assert.fail(name);
      works.set(work, (works.get(work) ?? 0) + 1);
      assert.equal(Number(on[0]), cpus, name);
      assert.equal(given.limits?.allprocHashSize, Number.parseInt(buckets, 10), name);
    }
    assert.ok(works.size > 4 && [...works.values()].every((count) => count === 4));
  });

  it('can be laid out', () => {
    for (const program of PROC_PROGRAMS.slice(0, 4)) {
      assert.doesNotThrow(() => {
        program.boot();
      }, program.name);
    }
  });
});
