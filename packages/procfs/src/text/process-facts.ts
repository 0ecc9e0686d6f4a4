/**
 * Owns what the status lines of all trees tell of a process: who it is, where it belongs, what it has used,
 * what it waits for, with whose rights it runs. Read at one moment, under p_token (and tty_token for one that
 * has a terminal), by the thread that reads the file; a zombie has fewer of them.
 *
 * Figures no token guards are looked at with `k.peek`: counters of threads that go on meanwhile.
 */
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { CR, jailed, kern, listFirst, listNext, P, proc_ucred_drop, proc_ucred_hold } from '@smplab/proc';
import { guardedText, peekedText } from './kernel-text.ts';
import { letGoOf, lookAt } from './process-tokens.ts';

const { L, P_CONTROLT, P_SWAPPEDOUT, PG, PR, S, SZOMB, T } = kern;
const WMESG_BYTES = 16;
const HOST_BYTES = 20;

/** No terminal (NODEV). */
export const NODEV = -1;

/** Where a process belongs. */
export interface SessionFacts {
  readonly pgid: number;
  readonly sid: number;
  /** The session has a leader; it is this process. */
  readonly hasLeader: boolean;
  readonly isLeader: boolean;
  /** The session has a terminal; its device, if the process may use it, or NODEV. */
  readonly hasTerminal: boolean;
  readonly tdev: number;
}

/** What it has used and does. */
export interface ThreadFacts {
  /** Ticks the clock has charged to it, and to children that were waited for. */
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly childUserTicks: number;
  readonly childSystemTicks: number;
  /** What its first thread sleeps for, '' if it does not. */
  readonly wmesg: string;
}

/** With whose rights it runs. */
interface CredentialFacts {
  readonly uid: number;
  readonly ruid: number;
  readonly gid: number;
  readonly rgid: number;
  /** The effective one first, as the kernel keeps them. */
  readonly groups: readonly number[];
  /** Name of the prison it is in; null outside. */
  readonly jail: string | null;
}

export interface ProcessFacts {
  readonly comm: string;
  readonly pid: number;
  /** 0 without a parent. */
  readonly ppid: number;
  readonly isSwappedOut: boolean;
  /** Tick since boot at which it was forked. */
  readonly start: number;
  readonly session: SessionFacts;
  readonly used: ThreadFacts;
  readonly cred: CredentialFacts;
}

/** The facts of a process that the caller keeps from being freed. */
export function* processFacts(k: Context, p: number): Steps<ProcessFacts> {
  // A zombie may be reaped at any time, which takes its credentials away without p_token.
  const isZombie = k.peek(p + P.p_stat) === SZOMB;
  const held = isZombie ? yield* proc_ucred_hold(k, p) : 0;
  const tty = yield* lookAt(k, p);
  const facts = read(k, p, isZombie ? held : k.get(p + P.p_ucred));
  yield* letGoOf(k, p, tty);
  yield* proc_ucred_drop(k, held);
  return facts;
}

function read(k: Context, p: number, cr: number): ProcessFacts {
  const parent = k.get(p + P.p_pptr);
  return {
    comm: guardedText(k, p + P.p_comm, kern.COMM_BYTES),
    pid: k.get(p + P.p_pid),
    ppid: parent === 0 ? 0 : k.get(parent + P.p_pid),
    isSwappedOut: (k.peek(p + P.p_flags) & P_SWAPPEDOUT) !== 0,
    start: k.get(p + P.p_start),
    session: sessionFacts(k, p),
    used: threadFacts(k, p),
    cred: credentialFacts(k, cr),
  };
}

const NO_SESSION: SessionFacts = {
  pgid: 0,
  sid: 0,
  hasLeader: false,
  isLeader: false,
  hasTerminal: false,
  tdev: NODEV,
};

function sessionFacts(k: Context, p: number): SessionFacts {
  const pgrp = k.get(p + P.p_pgrp);
  // A process that is being made has none yet.
  if (pgrp === 0) return NO_SESSION;
  const session = k.get(pgrp + PG.pg_session);
  // Addresses and nothing more: not followed.
  const leader = k.peek(session + S.s_leader);
  const tty = (k.peek(p + P.p_flags) & P_CONTROLT) === 0 ? 0 : k.get(session + S.s_ttyp);
  return {
    pgid: k.get(pgrp + PG.pg_id),
    sid: k.get(session + S.s_sid),
    hasLeader: leader !== 0,
    isLeader: leader === p,
    hasTerminal: k.peek(session + S.s_ttyvp) !== 0,
    tdev: tty === 0 ? NODEV : k.get(tty + T.t_dev),
  };
}

/** Of its lwps: what they have used, with what those that have left have, and what the first waits for. */
function threadFacts(k: Context, p: number): ThreadFacts {
  let userTicks = k.get(p + P.p_uticks);
  let systemTicks = k.get(p + P.p_sticks);
  const first = listFirst(k, p + P.p_lwp_tree);
  for (let lp = first; lp !== 0; lp = listNext(k, lp, L.lwp_list)) {
    const td = k.get(lp + L.lwp_thread);
    if (td === 0) continue;
    userTicks += k.peek(td + TD.td_uticks);
    systemTicks += k.peek(td + TD.td_sticks);
  }
  const td = first === 0 ? 0 : k.get(first + L.lwp_thread);
  const isAsleep = td !== 0 && k.peek(td + TD.td_wchan) !== 0;
  return {
    userTicks,
    systemTicks,
    childUserTicks: k.get(p + P.p_cuticks),
    childSystemTicks: k.get(p + P.p_csticks),
    wmesg: isAsleep ? peekedText(k, td + TD.td_wmesg, WMESG_BYTES) : '',
  };
}

const NO_CREDENTIALS: CredentialFacts = { uid: 0, ruid: 0, gid: 0, rgid: 0, groups: [], jail: null };

function credentialFacts(k: Context, cr: number): CredentialFacts {
  if (cr === 0) return NO_CREDENTIALS;
  const groups: number[] = [];
  const count = k.get(cr + CR.cr_ngroups);
  for (let at = 0; at < count; at++) groups.push(k.get(cr + CR.cr_groups + at));
  return {
    uid: k.get(cr + CR.cr_uid),
    ruid: k.get(cr + CR.cr_ruid),
    gid: k.get(cr + CR.cr_gid),
    rgid: k.get(cr + CR.cr_rgid),
    groups,
    jail: jailed(k, cr) ? guardedText(k, k.get(cr + CR.cr_prison) + PR.pr_host, HOST_BYTES) : null,
  };
}
