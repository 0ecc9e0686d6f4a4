import assert from 'node:assert/strict';
import {
  EXEC_PROGRAMS,
  LATENCY_PROGRAMS,
  PROCFS_PROGRAMS,
  VNODE_COUNTS,
} from '../../src/bench/procfs-programs.ts';

describe('the programs of the area procfs', () => {
  it('do each kind of work on one CPU and on two', () => {
    const names = PROCFS_PROGRAMS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, cpus } of PROCFS_PROGRAMS) {
      const [, on] = /, (1 CPU|2 CPUs)$/.exec(name) ?? assert.fail(name);
      assert.equal(Number(on[0]), cpus, name);
    }
  });

  it('revoke in both ways, next to each number of vnodes', () => {
    assert.equal(EXEC_PROGRAMS.length, 2 * VNODE_COUNTS.length);
    for (const vnodes of VNODE_COUNTS) {
      for (const revision of ['1.112', '1.117'])
        assert.ok(EXEC_PROGRAMS.some(({ name }) => name === `set-id exec, ${vnodes} vnodes, ${revision}`));
    }
  });

  it('can be laid out', () => {
    for (const program of [PROCFS_PROGRAMS[0], EXEC_PROGRAMS[0], LATENCY_PROGRAMS[1]]) {
      assert.doesNotThrow(() => {
        program.boot();
      }, program.name);
    }
  });
});
