import { CR, UI } from '../../src/cred/ucred.ts';
import { L, LWP_MP_WSTOP } from '../../src/table/lwp.ts';
import { PG } from '../../src/table/pgrp.ts';
import { P } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { complains, add, set, through } from './complaint.ts';

describe('I11: counts', () => {
  it('are those of a recount', () => {
    complains(false, [
      [add((t) => t.p(3) + P.p_nthreads), /^I11: process 3\.p_nthreads: expected 1, found 2/],
      [add((t) => t.p(3) + P.p_nstopped), /^I11: process 3\.p_nstopped: expected 0, found 1/],
      [
        set(
          (t) => t.lwp(3) + L.lwp_mpflags,
          () => LWP_MP_WSTOP,
        ),
        /^I11: process 3\.p_nstopped: expected 1, found 0/,
      ],
      [add((t) => t.g + G.g_nprocs), /nothing is wrong/],
      [add((t) => t.g + G.g_nprocs, -1), /^I11: nprocs: expected 6 or more, found 5/],
      [add((t) => t.groups.get(3)! + PG.pg_jobc), /nothing is wrong/],
    ]);
    complains(true, [
      [add((t) => t.g + G.g_nprocs), /^I11: nprocs: expected 6, found 7/],
      [add((t) => t.groups.get(3)! + PG.pg_jobc), /^I11: group 3\.pg_jobc: expected 1, found 2/],
      [add((t) => t.g + G.g_npgrps), /^I11: g_npgrps: expected 5, found 6/],
      [add((t) => t.g + G.g_nsessions), /^I11: g_nsessions: expected 4, found 5/],
      [
        add((t) => t.words[through(3, P.p_ucred, CR.cr_ruidinfo)(t)] + UI.ui_proccnt),
        /^I11: user 0\.ui_proccnt: expected 6, found 7/,
      ],
    ]);
  });
});
