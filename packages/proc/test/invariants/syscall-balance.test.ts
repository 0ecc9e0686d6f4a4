import {
  crit_enter,
  type Context,
  functionNumber,
  lwkt_reltoken,
  lwkt_token_init,
  type Steps,
  TD,
} from '@smplab/lwkt';
import { checkSyscallBalance } from '../../src/invariants/syscall-balance.ts';
import { exechook_disestablish, exechook_establish, exechooks_run } from '../../src/hook/hooks.ts';
import { L, Lwp } from '../../src/table/lwp.ts';
import { PRG, Procglob } from '../../src/table/procglob.ts';
import { check, passes, someProc } from '../hook/hook-program.ts';

/** An lwp of the process, on the current thread. */
function* someLwp(k: Context): Steps<number> {
  const lp = yield* k.allocate('lwp', Lwp.size, true);
  k.words[lp + L.lwp_proc] = someProc(k);
  k.words[lp + L.lwp_thread] = k.td;
  k.words[lp + L.lwp_tid] = 1;
  return lp;
}

/** What is said at the boundary. */
function says(k: Context, lp: number, expected: string): void {
  const said = checkSyscallBalance(k, lp).join('; ');
  check(k, said === expected, `said: ${said}`);
}

describe('I3: the balance of a system call', () => {
  it('names what was not given back', () => {
    passes({ checkLeaks: false }, function* (k) {
      const lp = yield* someLwp(k);
      says(k, lp, '');
      const prg = yield* k.allocate('procglob', Procglob.size, true);
      const token = prg + PRG.proc_token;
      lwkt_token_init(k, token, 'allproc');
      yield* k.gettoken(token);
      says(k, lp, 'I3: process 7/1: tokens at the user boundary: expected none, found allproc');
      yield* lwkt_reltoken(k, token);
      k.words[lp + L.lwp_thread] = 5;
      says(k, lp, 'I3: process 7/1.lwp_thread: expected main, found 5');
      k.words[lp + L.lwp_thread] = k.td;
      crit_enter(k);
      says(k, lp, 'I3: process 7/1: td_critcount: expected 0, found 1');
      k.words[k.td + TD.td_critcount] = 0;
    });
  });

  it('names a hook that leaves for user mode', () => {
    const threads = {
      *leaves(k: Context, _p: number, lp: number): Steps {
        says(k, lp, 'I3: process 7/1: hooks: expected none that run, found a list is being walked');
      },
    };
    passes({ threads, checkLeaks: false }, function* (k) {
      const lp = yield* someLwp(k);
      const hook = yield* exechook_establish(k, functionNumber('leaves'), lp);
      yield* exechooks_run(k, someProc(k), 0);
      yield* exechook_disestablish(k, hook);
      says(k, lp, '');
    });
  });
});
