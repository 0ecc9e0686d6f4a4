import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { sigbit } from '../../src/signal/sigacts.ts';
import { isSignal, SIGKILL, SIGSTOP, SIGUSR1, SIGUSR2 } from '../../src/signal/signals.ts';
import {
  CANTMASK,
  deliverableTo,
  firstSignal,
  lwp_delsig,
  pendingOf,
  proc_delsigs,
} from '../../src/signal/sigset.ts';
import { L } from '../../src/table/lwp.ts';
import { P } from '../../src/table/proc.ts';
import { check, runs, tableProgram } from '../table/fixtures/by-hand.ts';

describe('a set of signals', () => {
  it('gives SIGKILL first, else the lowest, 0 when it is empty', () => {
    const signals = Array.from({ length: 32 }, (_, at) => at + 1);
    assert.ok(signals.every(isSignal));
    fc.assert(
      fc.property(fc.subarray(signals), (members) => {
        const set = members.reduce((sum, signal) => sum | sigbit(signal), 0);
        const expected = members.includes(SIGKILL) ? SIGKILL : Math.min(33, ...members) % 33;
        assert.equal(firstSignal(set), expected);
      }),
    );
  });

  it('that cannot be held back is SIGKILL and SIGSTOP', () => {
    assert.equal(CANTMASK, sigbit(SIGKILL) | sigbit(SIGSTOP));
  });
});

describe('what is pending for an lwp', () => {
  it('is its own and that of the process, but for what it holds back; its own is taken first', () => {
    const rows = [{ pid: 0 }, { pid: 4, lwps: 2 }];
    const program = tableProgram('pending', { rows, cpus: 1 }, function* (k, table) {
      const p = table.p(4);
      const lp = k.words[p + P.p_lwp_tree];
      const [one, two] = [sigbit(SIGUSR1), sigbit(SIGUSR2)];
      k.words[p + P.p_siglist] = one | two;
      k.words[lp + L.lwp_siglist] = one;
      k.words[lp + L.lwp_sigmask] = two;
      check(k, pendingOf(k, p, lp) === (one | two), 'both');
      check(k, deliverableTo(k, p, lp) === one, 'but not what is held back');
      yield* lwp_delsig(k, p, lp, SIGUSR1);
      check(k, k.words[lp + L.lwp_siglist] === 0 && k.words[p + P.p_siglist] === (one | two), 'its own');
      yield* lwp_delsig(k, p, lp, SIGUSR1);
      check(k, k.words[p + P.p_siglist] === two, 'then that of the process');
    });
    runs(program);
  });

  it('is gone from the process and all its lwps when a set is taken off', () => {
    const rows = [{ pid: 0 }, { pid: 4, lwps: 2 }];
    const program = tableProgram('delete', { rows, cpus: 1 }, function* (k, table) {
      const p = table.p(4);
      const first = k.words[p + P.p_lwp_tree];
      const second = k.words[first + L.lwp_list];
      const lists = [p + P.p_siglist, first + L.lwp_siglist, second + L.lwp_siglist];
      for (const list of lists) k.words[list] = 0b1110;
      yield* proc_delsigs(k, p, 0b0110);
      for (const list of lists) check(k, k.words[list] === 0b1000, `word ${list} is ${k.words[list]}`);
    });
    runs(program);
  });
});
