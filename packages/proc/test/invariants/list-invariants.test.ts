import { TD } from '@smplab/lwkt';
import { L } from '../../src/table/lwp.ts';
import { PG, S } from '../../src/table/pgrp.ts';
import { P, SIDL } from '../../src/table/proc.ts';
import { type Change, complains, set, hold } from './complaint.ts';

describe('I5: lists', () => {
  it('names the id that is there twice or in the wrong bucket', () => {
    complains(false, [
      [
        set(
          (t) => t.p(6) + P.p_pid,
          () => 2,
        ),
        /^I5: process 2\.p_pid: expected once in the table, found a second time/,
      ],
      [
        set(
          (t) => t.p(6) + P.p_pid,
          () => 7,
        ),
        /^I5: process 7: bucket: expected 3, found 2/,
      ],
      [
        set(
          (t) => t.groups.get(5)! + PG.pg_id,
          () => 1,
        ),
        /^I5: group 1\.pg_id: expected once/,
      ],
      [
        set(
          (t) => t.sessions.get(5)! + S.s_sid,
          () => 1,
        ),
        /^I5: session 1\.s_sid: expected once/,
      ],
    ]);
  });

  it('names the list whose links are broken', () => {
    complains(false, [
      [
        set(
          (t) => t.p(3) + P.p_list + 1,
          () => 77,
        ),
        /^I5: bucket 3\.allproc: back link of word \d+: expected \d+, found 77/,
      ],
      [
        set(
          (t) => t.p(3) + P.p_list,
          () => -5,
        ),
        /^I5: bucket 3\.allproc: expected elements in kernel memory, found a link to word -5/,
      ],
      [
        set(
          (t) => t.p(5) + P.p_sibling,
          (t) => t.p(5),
        ),
        /^I5: process 1\.p_children: expected an end, found word \d+ a second time/,
      ],
      [
        set(
          (t) => t.p(6) + P.p_pglist + 1,
          () => 0,
        ),
        /^I5: group 3\.pg_members: back link/,
      ],
      [
        set(
          (t) => t.lwp(3) + L.lwp_list + 1,
          () => 0,
        ),
        /^I5: process 3\.p_lwp_tree: back link/,
      ],
    ]);
  });

  it('names the child that is not with its parent', () => {
    complains(false, [
      [
        set(
          (t) => t.p(3) + P.p_pptr,
          (t) => t.p(1),
        ),
        /^I5: process 3\.p_pptr: expected (process 2, found process 1|it on p_children)/,
      ],
      [
        (t) => t.remove(t.p(3), P.p_sibling),
        /^I5: process 3\.p_pptr: expected it on p_children of process 2, found it is not there/,
      ],
      [
        set(
          (t) => t.p(3) + P.p_pptr,
          () => 99,
        ),
        /^I5: process 3\.p_pptr: expected process 2, found word 99, which is no process/,
      ],
    ]);
    complains(true, [
      [
        set(
          (t) => t.p(3) + P.p_pptr,
          () => 0,
        ),
        /^I5: process 3\.p_pptr: expected process 2, found no process/,
      ],
    ]);
  });

  it('names the process that is not with its group, and the group without a session', () => {
    complains(false, [
      [
        set(
          (t) => t.p(3) + P.p_pgrp,
          (t) => t.groups.get(2)!,
        ),
        /^I5: process 3\.p_pgrp: expected it on pg_members of group 2, found it is not there/,
      ],
      [(t) => t.remove(t.p(3), P.p_pglist), /^I5: process 3\.p_pgrp: expected it on pg_members of group 3/],
      [
        set(
          (t) => t.groups.get(3)! + PG.pg_session,
          () => 88,
        ),
        /^I5: group 3\.pg_session: expected a session of the table, found word 88/,
      ],
    ]);
    complains(true, [
      [
        set(
          (t) => t.p(3) + P.p_pgrp,
          () => 0,
        ),
        /^I5: process 3\.p_pgrp: expected a group of the table, found no group/,
      ],
    ]);
  });

  it('names the lwp that belongs to another process or thread', () => {
    complains(false, [
      [
        set(
          (t) => t.lwp(3) + L.lwp_proc,
          (t) => t.p(2),
        ),
        /^I5: process 3\/1\.lwp_proc: expected process 3, found process 2/,
      ],
      [
        set(
          (t) => t.threads.get(3)! + TD.td_lwp,
          () => 5,
        ),
        /^I5: process 3\/1\.lwp_thread: expected td_lwp \d+, found 5/,
      ],
      [
        set(
          (t) => t.threads.get(3)! + TD.td_proc,
          () => 5,
        ),
        /^I5: process 3\/1\.lwp_thread: expected td_proc \d+, found 5/,
      ],
      [
        set(
          (t) => t.lwp(3) + L.lwp_tid,
          () => -1,
        ),
        /^I5: process 3\/-1\.lwp_tid: expected more than -1, found -1/,
      ],
    ]);
  });

  it('leaves alone what somebody holds the token of, or is not complete yet', () => {
    const held: Change = (t) => {
      t.words[t.p(3) + P.p_pptr] = 0;
      const td = t.threads.get(1)!;
      hold(t, td, t.p(3) + P.p_token, true);
    };
    const embryo: Change = (t) => {
      t.words[t.p(3) + P.p_pptr] = 0;
      t.words[t.p(3) + P.p_stat] = SIDL;
      t.remove(t.p(3), P.p_sibling);
    };
    complains(false, [
      [held, /nothing is wrong/],
      [embryo, /nothing is wrong/],
    ]);
  });
});
