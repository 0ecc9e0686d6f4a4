import { describe, it } from 'mocha';
import { lwp_find, lwpFirst, lwpNext } from '../../src/life/lwp-find.ts';
import { L } from '../../src/table/lwp.ts';
import { check, runs, tableProgram } from '../table/fixtures/by-hand.ts';

describe('the lwps of a process', () => {
  it('are walked in the order of their numbers, and found by them', () => {
    const rows = [{ pid: 0 }, { pid: 4, lwps: 3 }];
    const program = tableProgram('lwps', { rows, cpus: 1 }, function* (k, table) {
      yield* k.fence();
      const p = table.p(4);
      const tids: number[] = [];
      for (let lp = lwpFirst(k, p); lp !== 0; lp = lwpNext(k, lp)) {
        tids.push(k.words[lp + L.lwp_tid]);
        check(k, lwp_find(k, p, tids.at(-1) ?? 0) === lp, 'each is found by its number');
      }
      check(k, tids.join() === '1,2,3', tids.join());
      for (const tid of [0, 4, -1]) check(k, lwp_find(k, p, tid) === 0, `there is no lwp ${tid}`);
      check(k, lwpFirst(k, table.p(0)) === 0, 'process 0 has none');
    });
    runs(program);
  });
});
