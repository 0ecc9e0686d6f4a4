import { describe, it } from 'mocha';
import { EACCES, EINVAL, EPERM, ESRCH } from '../../src/errno.ts';
import { P, P_EXEC, SIDL } from '../../src/table/proc.ts';
import {
  sys_getpgid,
  sys_getpgrp,
  sys_getpid,
  sys_getppid,
  sys_getsid,
  sys_setpgid,
  sys_setsid,
} from '../../src/table/prot.ts';
import { actAs, check, type Row, runs, tableProgram } from './fixtures/by-hand.ts';
import { agree } from './fixtures/recount.ts';

/** A shell with a pipeline (4, 5), a process below (6), one of another session (7), one being forked (9). */
const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3, pgid: 4 },
  { pid: 5, parent: 3, sid: 3, pgid: 4 },
  { pid: 6, parent: 5, sid: 3, pgid: 4 },
  { pid: 7, parent: 3, sid: 7 },
  { pid: 9, parent: 3, pgid: -1, stat: SIDL },
];

describe('asking for pids, groups and sessions', () => {
  it('answers about the calling process and about others', () => {
    const program = tableProgram('get', { rows: ROWS }, function* (k, table) {
      actAs(k, table.p(5));
      check(k, (yield* sys_getpid(k)) === 5, 'getpid');
      check(k, (yield* sys_getppid(k)) === 3, 'getppid');
      check(k, (yield* sys_getpgrp(k)) === 4, 'getpgrp');
      for (const [pid, pgid, sid] of [
        [0, 4, 3],
        [5, 4, 3],
        [7, 7, 7],
        [9, -ESRCH, -ESRCH],
        [77, -ESRCH, -ESRCH],
      ] as const) {
        check(k, (yield* sys_getpgid(k, pid)) === pgid, `getpgid(${pid})`);
        check(k, (yield* sys_getsid(k, pid)) === sid, `getsid(${pid})`);
      }
      agree(k);
      k.words[table.p(5) + P.p_pptr] = 0;
      check(k, (yield* sys_getppid(k)) === 0, 'nobody is its parent');
    });
    runs(program);
  });
});

describe('setpgid', () => {
  it('moves the caller and who is below it, within the session', () => {
    const program = tableProgram('moves', { rows: ROWS }, function* (k, table) {
      actAs(k, table.p(3));
      for (const [pid, pgid, is] of [
        [4, 3, 3],
        [6, 0, 6],
        [5, 6, 6],
        [5, 5, 5],
        [4, 4, 4],
        [6, 4, 4],
        [6, 4, 4],
      ] as const) {
        check(k, Object.is(yield* sys_setpgid(k, pid, pgid), 0), `setpgid(${pid}, ${pgid})`);
        check(k, (yield* sys_getpgid(k, pid)) === is, `process ${pid} is in group ${is}`);
        agree(k);
      }
      actAs(k, table.p(5));
      check(k, (yield* sys_setpgid(k, 0, 4)) === 0 && (yield* sys_getpgrp(k)) === 4, 'itself');
      check(k, (yield* sys_setpgid(k, 5, 0)) === 0 && (yield* sys_getpgrp(k)) === 5, 'by its pid');
      agree(k);
    });
    runs(program);
  });

  it('refuses with the errno of DragonFly', () => {
    const program = tableProgram('refuses', { rows: ROWS }, function* (k, table) {
      k.words[table.p(4) + P.p_flags] = P_EXEC;
      for (const [own, pid, pgid, errno] of [
        [3, 4, -1, EINVAL],
        [3, 77, 0, ESRCH],
        [3, 0, 0, EPERM],
        [3, 4, 0, EACCES],
        [3, 7, 0, EPERM],
        [3, 9, 0, EPERM],
        [3, 5, 77, EPERM],
        [3, 5, 7, EPERM],
        [5, 4, 0, ESRCH],
        [5, 3, 0, ESRCH],
        [7, 0, 3, EPERM],
        [4, 0, 4, 0],
      ] as const) {
        actAs(k, table.p(own));
        const answer = yield* sys_setpgid(k, pid, pgid);
        check(k, answer === (errno === 0 ? 0 : -errno), `setpgid(${pid}, ${pgid}) by ${own}: ${answer}`);
        agree(k);
      }
    });
    runs(program);
  });
});

describe('setsid', () => {
  it('is refused to who leads a group', () => {
    const program = tableProgram('setsid', { rows: ROWS }, function* (k, table) {
      actAs(k, table.p(4));
      check(k, (yield* sys_setsid(k)) === -EPERM, 'it leads group 4');
      check(k, (yield* sys_setpgid(k, 0, 3)) === 0, 'it goes to another');
      // Group 4 has members still: its number is taken.
      check(k, (yield* sys_setsid(k)) === -EPERM, 'the group it is called after is there');
      actAs(k, table.p(5));
      check(k, (yield* sys_setsid(k)) === 5 && (yield* sys_getsid(k, 0)) === 5, 'session 5');
      agree(k);
    });
    runs(program);
  });
});
