import { TD } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { L, LWP_MP_VNLRU, LWP_MP_WEXIT, LWP_MP_WSTOP } from '../../src/table/lwp.ts';
import { P } from '../../src/table/proc.ts';
import { lwpkthreaddeferred, lwpuserret } from '../../src/table/userret.ts';
import { called, check, runs, tableProgram, verdictOf } from './fixtures/by-hand.ts';

const ROWS = [{ pid: 0 }, { pid: 4, lwps: 1 }];

describe('deferred work of an lwp', () => {
  it('is done once, and nothing is done for what others look after', () => {
    const program = tableProgram('vnodes', { rows: ROWS }, function* (k, table) {
      const lp = k.words[table.p(4) + P.p_lwp_tree];
      k.words[lp + L.lwp_mpflags] = LWP_MP_VNLRU | LWP_MP_WSTOP;
      yield* lwpuserret(k, lp);
      yield* lwpuserret(k, lp);
      check(k, called.join() === 'allocvnode_gc', called.join());
      check(k, k.words[lp + L.lwp_mpflags] === LWP_MP_WSTOP, 'the flag is cleared, others stay');
    });
    runs(program);
  });

  it('is done by a kernel thread that works for it', () => {
    const program = tableProgram('kthread', { rows: ROWS }, function* (k, table) {
      yield* lwpkthreaddeferred(k);
      check(k, called.length === 0, 'it works for no lwp');
      const lp = k.words[table.p(4) + P.p_lwp_tree];
      k.words[k.td + TD.td_lwp] = lp;
      k.words[lp + L.lwp_mpflags] = LWP_MP_VNLRU | LWP_MP_WEXIT;
      yield* lwpkthreaddeferred(k);
      k.words[k.td + TD.td_lwp] = 0;
      check(k, called.join() === 'allocvnode_gc', 'it does not exit in its place');
    });
    runs(program);
  });

  it('is to exit, when its process does', () => {
    const program = tableProgram('exit', { rows: ROWS }, function* (k, table) {
      const lp = k.words[table.p(4) + P.p_lwp_tree];
      k.words[lp + L.lwp_mpflags] = LWP_MP_WEXIT;
      yield* lwpuserret(k, lp);
    });
    verdictOf(program, 'assertion', { strategy: 'random', schedules: 1 });
  });
});
