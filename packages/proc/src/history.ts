/**
 * Owns the list of fix switches of the process table: places where it can go back to what the seed, or
 * DragonFly before a commit, does wrong. With a switch in `asSeed` that path runs. Pure data. "audit n" is
 * entry n of the audit of kern_proc.c, with its lines in the seed; P numbers are the bug history.
 */
import { type FixRecord, type FixSwitch, pickedFixes } from '@smplab/lwkt';

const AUDIT = 'kern_proc.c of 38b5d46c';

export const PROC_FIX_SWITCHES = [
  // ---- the audit of the seed
  {
    id: 'enterpgrp-error-release',
    commit: `${AUDIT} L694-698`,
    wrong: 'the error path of enterpgrp releases a token it never took (audit 1)',
  },
  {
    id: 'enterpgrp-revalidate',
    commit: `${AUDIT} L664-730`,
    wrong: 'a group that came up in the meantime is made a second time (audit 2)',
  },
  {
    id: 'setsid-revalidate',
    commit: `${AUDIT} L666-670`,
    wrong: 'setsid panics when the parent made the group in the meantime (audit 3)',
  },
  {
    id: 'inferior-hold-leak',
    commit: `${AUDIT} L424-427`,
    wrong: 'a failed ancestry test leaks a hold on process 0 (audit 4)',
  },
  {
    id: 'inferior-embryo',
    commit: `${AUDIT} L428-429`,
    wrong: 'the parent of an embryonic process is followed before there is one (audit 5)',
  },
  {
    id: 'kern-proc-embryo',
    commit: `${AUDIT} L1506-1513`,
    wrong: 'kern.proc.pid reads the credentials of an embryonic process (audit 5)',
  },
  {
    id: 'reap-keeps-hold',
    commit: '33b81dc963 2018-09-30',
    wrong: 'the reaper gives its hold back and keeps PLOCK_ZOMB (audit 6)',
  },
  {
    id: 'alllwp-scan-stop',
    commit: `${AUDIT} L1322-1331`,
    wrong: 'alllwp_scan overwrites the answer that stops it (audit 7)',
  },
  {
    id: 'makepid-inner-stamp',
    commit: `${AUDIT} L1060-1092`,
    wrong: 'a pid found by an inner skip is taken without a look at its stamp (audit 8)',
  },
  {
    id: 'makepid-early-stamp',
    commit: `${AUDIT} L1038-1045`,
    wrong: 'the stamp is read before the token that guards it is taken (audit 8)',
  },
  {
    id: 'fixjobc-unlocked',
    commit: `${AUDIT} L910-927`,
    wrong: 'fixjobc follows p_pgrp of others without reference or token (audit 9)',
  },
  {
    id: 'orphanpg-walk',
    commit: `${AUDIT} L958-966`,
    wrong: 'orphanpg walks members while it blocks (audit 10)',
  },
  { id: 'pgrel-tty', commit: `${AUDIT} L613-616`, wrong: 'pgrel clears t_pgrp without tty_token (audit 12)' },
  {
    id: 'kern-proc-deref',
    commit: `${AUDIT} L1534-1577`,
    wrong: 'kern.proc follows p_ucred, p_pgrp and p_session unreferenced (audit 13)',
  },
  {
    id: 'pathname-unlocked',
    commit: `${AUDIT} L1835-1845`,
    wrong: 'kern.proc.pathname copies p_textnch without p_token (audit 14)',
  },
  {
    id: 'cwd-fdfree',
    commit: `${AUDIT} L1790-1795`,
    wrong: 'kern.proc.cwd uses p_fd after it may have blocked (audit 15)',
  },
  {
    id: 'args-title-torn',
    commit: `${AUDIT} L1699-1715`,
    wrong: 'length and bytes of a title are two reads of memory the user writes (audit 17)',
  },
  {
    id: 'usermap-postexit',
    commit: 'e7126f0a10 2019-11-12',
    wrong: 'p_upmap is installed after the process has given its own up (audit 18)',
  },
  {
    id: 'zpfind-curproc',
    commit: `${AUDIT} L540-543`,
    wrong: 'zpfind gives the current process, which is no zombie (audit 19)',
  },
  {
    id: 'scan-limit',
    commit: `${AUDIT} L1259-1283`,
    wrong: 'allproc_scan ends early at a limit read before it began (audit 20)',
  },
  {
    id: 'hold-overflow',
    commit: `${AUDIT} L291-294`,
    wrong: 'phold carries into PLOCK_ZOMB without a word (audit 22)',
  },
  {
    id: 'fork-pgrp-cached',
    commit: `kern_fork.c of 38b5d46c`,
    wrong: 'fork links the child into the group the parent had earlier (audit, outside)',
  },
  {
    id: 'lwp-exit-recheck',
    commit: `kern_exit.c of 38b5d46c`,
    wrong: 'lwp_exit does not look at lwp_lock again before it leaves the list (audit, outside)',
  },
  {
    id: 'prison-ref',
    commit: '91421ba234 2001-02-21',
    wrong: 'the reference count of a prison is plain and unlocked (seed 002)',
  },
  {
    id: 'hooks-unlocked',
    commit: 'hook lists of 2001',
    wrong: 'exec and exit hooks are walked and changed without a lock',
  },
  // ---- the life-cycle history
  { id: 'reap-running', commit: 'c1102e9f24 2005-12-02', wrong: 'the reaper looks at TDF_RUNNING only (P1)' },
  {
    id: 'exit-signals-freed-parent',
    commit: 'f2f3db5c5f 2011-01-29',
    wrong: 'a child signals p_pptr while the parent exits (P4)',
  },
  {
    id: 'reparent-no-token',
    commit: '7e90d7915b 2011-02-14',
    wrong: 'children move to the reaper without its token (P5)',
  },
  {
    id: 'exit-no-nthreads-wakeup',
    commit: 'ce19c8feca 2011-01-13',
    wrong: 'nobody is woken when p_nthreads reaches 0 (P6)',
  },
  { id: 'wait-double-reap', commit: '0730ed66e3 2012-08-15', wrong: 'two waiters reap one child (P8)' },
  {
    id: 'reparent-assert',
    commit: '55c81f71d1 2012-11-28',
    wrong: 'proc_reparent believes p_pptr after it blocked (P9)',
  },
  {
    id: 'exec-ignores-holds',
    commit: 'e22b17d7f5 2011-11-10',
    wrong: 'exec replaces the vmspace while others hold the process (P10)',
  },
  {
    id: 'fork-inherits-hold',
    commit: '2e425d87dc 2008-12-18',
    wrong: 'the child inherits the hold count of its parent (P11)',
  },
  {
    id: 'scan-embryo',
    commit: '0d78b86e0a 2011-03-05',
    wrong: 'scans follow p_pgrp and the first lwp before they exist (P12)',
  },
  {
    id: 'fork-misses-signal',
    commit: '167e6ecba2 2006-10-10',
    wrong: 'a signal to the group misses a child that is being forked (P15)',
  },
  {
    id: 'pid-twice',
    commit: '3a877e444f 2014-04-21',
    wrong: 'a pid is chosen before the bucket is locked (P17)',
  },
  {
    id: 'scan-chases-forks',
    commit: 'c5d9d57560 2011-10-26',
    wrong: 'allproc_scan has no limit and chases forks (P18)',
  },
  {
    id: 'kthread-scan-marker',
    commit: '42b33868ed 2011-11-18',
    wrong: 'the marker of the kernel-thread scan is not marked (P19)',
  },
  {
    id: 'kthread-scan-return',
    commit: '849425f7e7 2013-10-16',
    wrong: 'the kernel-thread scan does not return to its CPU (P20)',
  },
  {
    id: 'ucred-replaced',
    commit: '6cbfbdb972 2017-09-26',
    wrong: 'scans read p_ucred while set-id calls replace and free it (P21)',
  },
  {
    id: 'alllwp-unlocked',
    commit: 'fa3d6eac33 2013-10-23',
    wrong: 'alllwp_scan walks lwps without p_token (P22)',
  },
  {
    id: 'args-hold-late',
    commit: '46fb7ae4e6 2011-11-16',
    wrong: 'the args sysctl takes p_token before it holds the process (P23)',
  },
  {
    id: 'wait-holds-child',
    commit: '33b81dc963 2018-09-30',
    wrong: 'a waiter holds the child while it waits for PLOCK_ZOMB (P24)',
  },
  {
    id: 'nstopped-unlocked',
    commit: '9c9601535e 2016-08',
    wrong: 'p_nstopped changes without p_token (P25)',
  },
  {
    id: 'killalllwps-unlocked',
    commit: '5715de34eb 2018-10-04',
    wrong: 'killalllwps runs without p_token on one of its paths (P26)',
  },
  { id: 'invfork-flag', commit: '2eca01a444 2016-07-28', wrong: 'invfork is a flag, not a count (P27)' },
  {
    id: 'alarm-exiting',
    commit: 'a471eac535 2011-12-07',
    wrong: 'an interval timer fires on a process that is gone (P28)',
  },
  {
    id: 'tty-freed-session',
    commit: '94a6eea8b2 2010-08-26',
    wrong: 'a terminal points at a session that was freed (P29)',
  },
  { id: 'detach-hold-leak', commit: '4c1415165a 2011-03-10', wrong: 'PT_DETACH leaks a hold (P30)' },
  {
    id: 'exit-leaves-traced',
    commit: 'a class of bugs, reference/procfs.md 4',
    wrong: 'what a process traced is given away as it is when it exits, stopped for nobody (23)',
  },
] as const satisfies readonly FixSwitch[];

export type ProcFixId = (typeof PROC_FIX_SWITCHES)[number]['id'];

/** The historical paths that are on. */
export type ProcAsSeed = FixRecord<ProcFixId>;

/** Picks the switches of the process table out of the ids a machine was given. */
export function procAsSeedOf(ids: ReadonlySet<string>): ProcAsSeed {
  return pickedFixes(ids, PROC_FIX_SWITCHES);
}
