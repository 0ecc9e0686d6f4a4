import assert from 'node:assert/strict';
import { CR, PL, PR, UI } from '../../src/cred/ucred.ts';
import { F, FD, NC } from '../../src/file/filedesc-layout.ts';
import { AR } from '../../src/life/pargs-layout.ts';
import { R } from '../../src/life/reaper-layout.ts';
import { VM } from '../../src/life/vmspace-layout.ts';
import { SA } from '../../src/signal/sigacts.ts';
import { PG, S } from '../../src/table/pgrp.ts';
import { P } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { TestTable } from './table-builder.ts';
import { complains, add, set, through } from './complaint.ts';

describe('I10: references', () => {
  const counts: readonly (readonly [string, (t: TestTable) => number])[] = [
    ['ucred at word \\d+\\.cr_ref', through(3, P.p_ucred, CR.cr_ref)],
    ['plimit at word \\d+\\.p_refcnt', through(3, P.p_limit, PL.p_refcnt)],
    ['sigacts at word \\d+\\.ps_refcnt', through(3, P.p_sigacts, SA.ps_refcnt)],
    ['filedesc at word \\d+\\.fd_refcnt', through(3, P.p_fd, FD.fd_refcnt)],
    ['vmspace at word \\d+\\.vm_refcnt', through(3, P.p_vmspace, VM.vm_refcnt)],
    ['pargs at word \\d+\\.ar_ref', through(3, P.p_strings, AR.ar_ref)],
    ['nchandle at word \\d+\\.nc_refs', through(3, P.p_textnch, NC.nc_refs)],
    ['sysreap at word \\d+\\.r_refs', through(3, P.p_reaper, R.r_refs)],
    ['uidinfo at word \\d+\\.ui_ref', (t) => t.words[through(3, P.p_ucred, CR.cr_uidinfo)(t)] + UI.ui_ref],
    ['prison at word \\d+\\.pr_ref', (t) => t.words[t.g + G.g_prison0] + PR.pr_ref],
    ['file at word \\d+\\.f_count', (t) => t.words[t.words[through(3, P.p_fd, FD.fd_files)(t)]] + F.f_count],
    ['group 3\\.pg_refs', (t) => t.groups.get(3)! + PG.pg_refs],
    ['session 2\\.s_count', (t) => t.sessions.get(2)! + S.s_count],
  ];

  it('are as many as pointers at quiescence', () => {
    for (const [name, where] of counts) {
      for (const delta of [1, -1]) {
        const t = new TestTable();
        const before = t.words[where(t)];
        t.words[where(t)] += delta;
        const said = new RegExp(`^I10: ${name}: expected ${before}, found ${before + delta}`);
        assert.match(t.complaints(true)[0] ?? 'nothing is wrong', said);
      }
    }
  });

  it('may be more while somebody is inside the kernel, never fewer', () => {
    for (const [name, where] of counts) {
      complains(false, [
        [add(where), /nothing is wrong/],
        [add(where, -2), new RegExp(`^I10: ${name}: expected \\d+ or more, found`)],
      ]);
    }
  });

  it('name a pointer that leads nowhere', () => {
    complains(false, [
      [
        set(
          (t) => t.p(3) + P.p_ucred,
          () => -3,
        ),
        /^I10: ucred at word -3\.cr_ref: expected an object in kernel memory/,
      ],
    ]);
  });
});
