/**
 * Owns filling in the records of kern.proc (kern_kinfo.c): a snapshot of a process, of one of its lwps, of a
 * kernel thread. No steps: what is written is of one moment. Runs in the thread that asks; the caller holds
 * the process (PHOLD) and its p_token, and tty_token for a process that has a terminal.
 *
 * What no token of the caller guards is looked at with `k.peek`: counters and states of threads that go on
 * meanwhile, in structures that cannot be freed as long as the process is held.
 */
import { type Context, TD, TDF_RUNQ, TDF_RUNNING } from '@smplab/lwkt';
import { CR, NGROUPS, PR } from '../cred/ucred.ts';
import { VM } from '../life/vmspace-layout.ts';
import { procs } from '../proc-kernel.ts';
import { SA } from '../signal/sigacts.ts';
import { L, LSRUN, LSSLEEP } from '../table/lwp.ts';
import { PG, S } from '../table/pgrp.ts';
import { COMM_BYTES, LOGIN_BYTES, P, P_CONTROLT, P_SYSTEM, SACTIVE } from '../table/proc.ts';
import { T } from '../tty/tty-layout.ts';
import { KI_CTTY, KI_SLEADER, KinfoProc, KL, KP, NOUDEV, RTP_PRIO_NORMAL, RTP_PRIO_THREAD } from './kinfo.ts';

/** A record under construction. */
export type Kinfo = Int32Array;

/** An empty record. */
export function newKinfo(): Kinfo {
  return new Int32Array(KinfoProc.size);
}

/** The bytes of a record, as they are given to the caller. */
export function bytesOfKinfo(ki: Kinfo): Uint8Array {
  return new Uint8Array(ki.buffer, ki.byteOffset, ki.length * 4);
}

const WMESG_WORDS = 2;
const TD_COMM_WORDS = 4;

/** fill_kinfo_proc. */
export function fill_kinfo_proc(k: Context, p: number, ki: Kinfo): void {
  ki.fill(0);
  ki[KP.kp_paddr] = p;
  ki[KP.kp_fd] = k.get(p + P.p_fd);
  ki[KP.kp_flags] = k.peek(p + P.p_flags);
  ki[KP.kp_stat] = k.get(p + P.p_stat);
  ki[KP.kp_lock] = k.peek(p + P.p_lock);
  ki[KP.kp_acflag] = k.peek(p + P.p_acflag);
  ki[KP.kp_siglist] = k.peek(p + P.p_siglist);
  ki[KP.kp_start] = k.get(p + P.p_start);
  for (let at = 0; at < COMM_BYTES / 4; at++) ki[KP.kp_comm + at] = k.get(p + P.p_comm + at);
  ki[KP.kp_pid] = k.get(p + P.p_pid);
  const parent = k.get(p + P.p_pptr);
  const before = k.get(p + P.p_oppid);
  ki[KP.kp_ppid] = before !== 0 ? before : parent === 0 ? -1 : k.get(parent + P.p_pid);
  ki[KP.kp_exitstat] = k.get(p + P.p_xstat);
  ki[KP.kp_nthreads] = k.peek(p + P.p_nthreads);
  ki[KP.kp_nice] = k.get(p + P.p_nice);
  fillSignals(k, p, ki);
  fillCredentials(k, p, ki);
  fillGroup(k, p, ki);
  fillMemory(k, p, ki);
  const cru = KP.kp_cru;
  ki[cru] = k.get(p + P.p_cru_utime);
  ki[cru + 1] = k.get(p + P.p_cru_nvcsw);
}

/** What it does with signals; a zombie may have given that up. */
function fillSignals(k: Context, p: number, ki: Kinfo): void {
  const acts = k.get(p + P.p_sigacts);
  if (acts === 0) return;
  ki[KP.kp_sigignore] = k.peek(acts + SA.ps_sigignore);
  ki[KP.kp_sigcatch] = k.peek(acts + SA.ps_sigcatch);
  ki[KP.kp_sigflag] = k.peek(acts + SA.ps_flags);
}

function fillCredentials(k: Context, p: number, ki: Kinfo): void {
  const cr = k.get(p + P.p_ucred);
  if (cr === 0) return;
  ki[KP.kp_uid] = k.get(cr + CR.cr_uid);
  ki[KP.kp_ngroups] = k.get(cr + CR.cr_ngroups);
  for (let at = 0; at < NGROUPS; at++) ki[KP.kp_groups + at] = k.get(cr + CR.cr_groups + at);
  ki[KP.kp_ruid] = k.get(cr + CR.cr_ruid);
  ki[KP.kp_svuid] = k.get(cr + CR.cr_svuid);
  ki[KP.kp_rgid] = k.get(cr + CR.cr_rgid);
  ki[KP.kp_svgid] = k.get(cr + CR.cr_svgid);
  const prison = k.get(cr + CR.cr_prison);
  if (prison !== 0) ki[KP.kp_jailid] = k.get(prison + PR.pr_id);
}

/** Group, session and terminal. */
function fillGroup(k: Context, p: number, ki: Kinfo): void {
  ki[KP.kp_tdev] = NOUDEV;
  const pgrp = k.get(p + P.p_pgrp);
  if (pgrp === 0) {
    // A process that is being made; before 2011-03-05 nobody expected one here (P12).
    if (procs(k).asSeed['scan-embryo']) k.get(pgrp + PG.pg_session);
    return;
  }
  ki[KP.kp_pgid] = k.get(pgrp + PG.pg_id);
  ki[KP.kp_jobc] = k.peek(pgrp + PG.pg_jobc);
  const session = k.get(pgrp + PG.pg_session);
  ki[KP.kp_sid] = k.get(session + S.s_sid);
  // A name that is being set may be seen half: as in the original, nothing guards it.
  for (let at = 0; at < LOGIN_BYTES / 4; at++) ki[KP.kp_login + at] = k.peek(session + S.s_login + at);
  if (k.peek(session + S.s_ttyvp) !== 0) ki[KP.kp_auxflags] |= KI_CTTY;
  if (k.peek(session + S.s_leader) === p) ki[KP.kp_auxflags] |= KI_SLEADER;
  if ((ki[KP.kp_flags] & P_CONTROLT) !== 0) fillTerminal(k, k.get(session + S.s_ttyp), ki);
}

function fillTerminal(k: Context, tty: number, ki: Kinfo): void {
  if (tty === 0) return;
  ki[KP.kp_tdev] = k.get(tty + T.t_dev);
  const pgrp = k.get(tty + T.t_pgrp);
  ki[KP.kp_tpgid] = pgrp === 0 ? -1 : k.get(pgrp + PG.pg_id);
  const session = k.get(tty + T.t_session);
  ki[KP.kp_tsid] = session === 0 ? -1 : k.get(session + S.s_sid);
}

/** Sizes of the address space: it is not freed and not replaced while the process is held. */
function fillMemory(k: Context, p: number, ki: Kinfo): void {
  const vm = k.get(p + P.p_vmspace);
  if (vm === 0) return;
  const pageBytes = k.kernel.limits.pageWords * 4;
  const pages = k.peek(vm + VM.vm_count);
  const pagesOf = (bytes: number): number => Math.ceil(bytes / pageBytes);
  ki[KP.kp_vm_map_size] = pages * pageBytes;
  ki[KP.kp_vm_rssize] = pages;
  ki[KP.kp_vm_prssize] = pages;
  ki[KP.kp_vm_tsize] = pagesOf(k.peek(vm + VM.vm_text));
  ki[KP.kp_vm_dsize] = pagesOf(k.peek(vm + VM.vm_break));
}

/** fill_kinfo_lwp: into the lwp part of the record. The caller holds the lwp as well. */
export function fill_kinfo_lwp(k: Context, lp: number, ki: Kinfo): void {
  const kl = KP.kp_lwp;
  ki.fill(0, kl, KP.kp_ktaddr);
  ki[kl + KL.kl_pid] = k.get(k.get(lp + L.lwp_proc) + P.p_pid);
  ki[kl + KL.kl_tid] = k.get(lp + L.lwp_tid);
  ki[kl + KL.kl_flags] = k.peek(lp + L.lwp_flags);
  ki[kl + KL.kl_stat] = k.peek(lp + L.lwp_stat);
  ki[kl + KL.kl_lock] = k.peek(lp + L.lwp_lock);
  ki[kl + KL.kl_rtprio_type] = RTP_PRIO_NORMAL;
  ki[kl + KL.kl_uticks] = k.peek(lp + L.lwp_ticks);
  ki[kl + KL.kl_sticks] = k.peek(lp + L.lwp_nsyscall);
  ki[kl + KL.kl_slptime] = k.peek(lp + L.lwp_slptime);
  ki[kl + KL.kl_ru] = k.peek(lp + L.lwp_ticks);
  ki[kl + KL.kl_ru + 1] = k.peek(lp + L.lwp_nvcsw);
  ki[kl + KL.kl_ru + 2] = k.peek(lp + L.lwp_nivcsw);
  ki[kl + KL.kl_siglist] = k.peek(lp + L.lwp_siglist);
  ki[kl + KL.kl_sigmask] = k.peek(lp + L.lwp_sigmask);
  const td = k.get(lp + L.lwp_thread);
  if (td !== 0) fillThread((word) => k.peek(td + word), ki);
}

/** Where a thread is and what it waits for: of the words of `struct thread`, wherever they are read. */
function fillThread(at: (word: number) => number, ki: Kinfo): void {
  const kl = KP.kp_lwp;
  ki[kl + KL.kl_tdflags] = at(TD.td_flags);
  ki[kl + KL.kl_tdprio] = at(TD.td_pri);
  ki[kl + KL.kl_cpuid] = at(TD.td_gd);
  ki[kl + KL.kl_wchan] = at(TD.td_wchan);
  for (let word = 0; word < WMESG_WORDS; word++) ki[kl + KL.kl_wmesg + word] = at(TD.td_wmesg + word);
  for (let word = 0; word < TD_COMM_WORDS; word++) ki[kl + KL.kl_comm + word] = at(TD.td_comm + word);
}

/**
 * fill_kinfo_proc_kthread: a record for a thread that has no process. `at` reads the words of the thread, or
 * of a copy its CPU made.
 */
export function fill_kinfo_proc_kthread(td: number, at: (word: number) => number, ki: Kinfo): void {
  const kl = KP.kp_lwp;
  ki.fill(0);
  ki[KP.kp_pid] = -1;
  ki[KP.kp_tdev] = NOUDEV;
  for (let word = 0; word < TD_COMM_WORDS; word++) ki[KP.kp_comm + word] = at(TD.td_comm + word);
  ki[KP.kp_flags] = P_SYSTEM;
  ki[KP.kp_stat] = SACTIVE;
  ki[KP.kp_ktaddr] = td;
  fillThread(at, ki);
  ki[kl + KL.kl_pid] = -1;
  ki[kl + KL.kl_tid] = -1;
  ki[kl + KL.kl_rtprio_type] = RTP_PRIO_THREAD;
  ki[kl + KL.kl_rtprio_prio] = ki[kl + KL.kl_tdprio];
  const isRunnable = (ki[kl + KL.kl_tdflags] & (TDF_RUNQ | TDF_RUNNING)) !== 0;
  ki[kl + KL.kl_stat] = isRunnable ? LSRUN : LSSLEEP;
}
