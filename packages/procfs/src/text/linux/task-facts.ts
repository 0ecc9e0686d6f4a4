/**
 * Owns what Linux tells of a process and of its threads beyond what BSD does: the ticks the clock has charged
 * to it, switches, signals, priorities, memory. Read at one moment under p_token (and tty_token for a process
 * with a terminal), by the thread that reads; the process neither execs nor exits meanwhile.
 *
 * Counters of threads that go on are looked at with `k.peek`.
 */
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { CR, kern, listFirst, listNext, P } from '@smplab/proc';
import { guardedText, peekedText } from '../kernel-text.ts';
import { letGoOf, lookAt } from '../process-tokens.ts';
import { stateLetter } from './lwp-state.ts';

const { L, NSIG, P_CONTROLT, P_SYSTEM, P_TRACED, P_WEXIT, PG, S, SA, SIG_IGN, T, VM } = kern;
const WMESG_BYTES = 16;
const NO_TERMINAL_GROUP = -1;
/** p_acflag: forked, and no program executed since. */
const AFORK = 1;
/** PF_EXITING, PF_FORKNOEXEC, PF_KTHREAD of Linux. */
const PF_EXITING = 0x4;
const PF_FORKNOEXEC = 0x40;
const PF_KTHREAD = 0x20_0000;

/** What a thread has used, or all threads of a process, those that have left among them. */
interface Used {
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly voluntary: number;
  readonly involuntary: number;
}

export interface TaskFacts extends Used {
  /** Process, and the thread asked for: its number, or the pid for the process as a whole. */
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly tracer: number;
  readonly pgid: number;
  readonly sid: number;
  /** Device of the terminal, 0 for none, and the group that has it, -1. */
  readonly tty: number;
  readonly ttyGroup: number;
  readonly flags: number;
  readonly childUserTicks: number;
  readonly childSystemTicks: number;
  readonly nice: number;
  readonly threads: number;
  readonly start: number;
  readonly pages: number;
  readonly textBytes: number;
  readonly cpu: number;
  readonly wmesg: string;
  readonly pending: number;
  readonly sharedPending: number;
  readonly blocked: number;
  readonly ignored: number;
  readonly caught: number;
  /** Signal for the parent at its end. */
  readonly exitSignal: number;
  /** Real, effective, saved. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly exitStatus: number;
}

/** Facts of a process, or (tid of 1 or more) of one of its threads; ESRCH for a thread it has not. */
export function* taskFacts(k: Context, p: number, tid = -1): Steps<TaskFacts | null> {
  const tty = yield* lookAt(k, p);
  let lp = listFirst(k, p + P.p_lwp_tree);
  while (tid !== -1 && lp !== 0 && k.get(lp + L.lwp_tid) !== tid) lp = listNext(k, lp, L.lwp_list);
  const facts = tid !== -1 && lp === 0 ? null : read(k, p, lp, tid === -1);
  yield* letGoOf(k, p, tty);
  return facts;
}

function read(k: Context, p: number, lp: number, isWhole: boolean): TaskFacts {
  const pid = k.get(p + P.p_pid);
  const td = lp === 0 ? 0 : k.get(lp + L.lwp_thread);
  const vm = k.get(p + P.p_vmspace);
  return {
    pid,
    tid: isWhole || lp === 0 ? pid : k.get(lp + L.lwp_tid),
    comm: guardedText(k, p + P.p_comm, kern.COMM_BYTES),
    state: stateLetter(k, p, lp),
    flags: flagsOf(k, p),
    childUserTicks: k.get(p + P.p_cuticks),
    childSystemTicks: k.get(p + P.p_csticks),
    nice: k.get(p + P.p_nice),
    threads: k.peek(p + P.p_nthreads),
    start: k.get(p + P.p_start),
    pages: vm === 0 ? 0 : k.peek(vm + VM.vm_count),
    textBytes: vm === 0 ? 0 : k.peek(vm + VM.vm_text),
    cpu: td === 0 ? 0 : k.peek(td + TD.td_gd),
    wmesg: td !== 0 && k.peek(td + TD.td_wchan) !== 0 ? peekedText(k, td + TD.td_wmesg, WMESG_BYTES) : '',
    exitSignal: k.get(p + P.p_sigparent),
    exitStatus: k.get(p + P.p_xstat),
    ...familyFacts(k, p),
    ...signalFacts(k, p, lp),
    ...credentialFacts(k, p),
    ...(isWhole ? allUsed(k, p) : usedBy(k, lp)),
  };
}

function flagsOf(k: Context, p: number): number {
  const flags = k.peek(p + P.p_flags);
  return (
    ((flags & P_WEXIT) === 0 ? 0 : PF_EXITING) |
    ((k.peek(p + P.p_acflag) & AFORK) === 0 ? 0 : PF_FORKNOEXEC) |
    ((flags & P_SYSTEM) === 0 ? 0 : PF_KTHREAD)
  );
}

type FamilyFacts = Pick<TaskFacts, 'ppid' | 'tracer' | 'pgid' | 'sid' | 'tty' | 'ttyGroup'>;

/** A tracer is the parent for as long as it traces: Linux tells the parent it took the process from. */
function familyFacts(k: Context, p: number): FamilyFacts {
  const parent = k.get(p + P.p_pptr);
  const parentPid = parent === 0 ? 0 : k.get(parent + P.p_pid);
  const isTraced = (k.peek(p + P.p_flags) & P_TRACED) !== 0;
  const before = k.get(p + P.p_oppid);
  const family = { ppid: before === 0 ? parentPid : before, tracer: isTraced ? parentPid : 0 };
  const pgrp = k.get(p + P.p_pgrp);
  if (pgrp === 0) return { ...family, pgid: 0, sid: 0, tty: 0, ttyGroup: NO_TERMINAL_GROUP };
  const session = k.get(pgrp + PG.pg_session);
  const tty = (k.peek(p + P.p_flags) & P_CONTROLT) === 0 ? 0 : k.get(session + S.s_ttyp);
  const foreground = tty === 0 ? 0 : k.get(tty + T.t_pgrp);
  return {
    ...family,
    pgid: k.get(pgrp + PG.pg_id),
    sid: k.get(session + S.s_sid),
    tty: tty === 0 ? 0 : k.get(tty + T.t_dev),
    ttyGroup: foreground === 0 ? NO_TERMINAL_GROUP : k.get(foreground + PG.pg_id),
  };
}

type SignalFacts = Pick<TaskFacts, 'pending' | 'sharedPending' | 'blocked' | 'ignored' | 'caught'>;

function signalFacts(k: Context, p: number, lp: number): SignalFacts {
  const acts = k.get(p + P.p_sigacts);
  return {
    pending: lp === 0 ? 0 : k.peek(lp + L.lwp_siglist),
    sharedPending: k.peek(p + P.p_siglist),
    blocked: lp === 0 ? 0 : k.peek(lp + L.lwp_sigmask),
    ignored: acts === 0 ? 0 : ignoredBy(k, acts),
    caught: acts === 0 ? 0 : k.peek(acts + SA.ps_sigcatch),
  };
}

/** Those it asked to have ignored; ps_sigignore has those too that nobody minds unless asked. */
function ignoredBy(k: Context, acts: number): number {
  let set = 0;
  for (let signal = 1; signal < NSIG; signal++) {
    if (k.peek(acts + SA.ps_sigact + signal) === SIG_IGN) set |= kern.sigbit(signal);
  }
  return set;
}

function credentialFacts(k: Context, p: number): Pick<TaskFacts, 'uids' | 'gids' | 'groups'> {
  const cr = k.get(p + P.p_ucred);
  if (cr === 0) return { uids: [0, 0, 0], gids: [0, 0, 0], groups: [] };
  const of = (...fields: number[]): number[] => fields.map((field) => k.get(cr + field));
  const count = k.get(cr + CR.cr_ngroups);
  return {
    uids: of(CR.cr_ruid, CR.cr_uid, CR.cr_svuid),
    gids: of(CR.cr_rgid, CR.cr_gid, CR.cr_svgid),
    groups: Array.from({ length: count }, (_, at) => k.get(cr + CR.cr_groups + at)),
  };
}

function usedBy(k: Context, lp: number): Used {
  const td = k.get(lp + L.lwp_thread);
  return {
    userTicks: td === 0 ? 0 : k.peek(td + TD.td_uticks),
    systemTicks: td === 0 ? 0 : k.peek(td + TD.td_sticks),
    voluntary: k.peek(lp + L.lwp_nvcsw),
    involuntary: k.peek(lp + L.lwp_nivcsw),
  };
}

/** With what the threads that have left had used; whether their switches were voluntary is not kept. */
function allUsed(k: Context, p: number): Used {
  let used: Used = {
    userTicks: k.get(p + P.p_uticks),
    systemTicks: k.get(p + P.p_sticks),
    voluntary: 0,
    involuntary: 0,
  };
  for (let lp = listFirst(k, p + P.p_lwp_tree); lp !== 0; lp = listNext(k, lp, L.lwp_list)) {
    const own = usedBy(k, lp);
    used = {
      userTicks: used.userTicks + own.userTicks,
      systemTicks: used.systemTicks + own.systemTicks,
      voluntary: used.voluntary + own.voluntary,
      involuntary: used.involuntary + own.involuntary,
    };
  }
  return used;
}
