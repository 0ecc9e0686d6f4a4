/**
 * Owns the layout of credentials (sys/sys/ucred.h), prisons (sys/sys/jail.h), what is counted for a user
 * (sys/sys/resourcevar.h) and resource limits. A ucred does not change once it can be seen by others: who
 * wants other ids makes a new one. Guards: a = atomic, c = constant once published.
 *
 *     proc --p_ucred--> ucred --cr_uidinfo--> uidinfo     (cr_ref, ui_ref, pr_ref: one for each pointer)
 *                             --cr_prison---> prison
 */
import { array, atomic, cstring, guardedBy, int32, listEntry, pointer, relaxed, struct } from '@smplab/kmem';

export const NGROUPS = 16;

export const Ucred = struct('ucred', {
  cr_ref: atomic(int32),
  cr_uid: int32,
  cr_ruid: int32,
  cr_svuid: int32,
  cr_gid: int32,
  cr_rgid: int32,
  cr_svgid: int32,
  cr_ngroups: int32,
  cr_groups: array(int32, NGROUPS),
  cr_uidinfo: pointer('uidinfo'),
  cr_ruidinfo: pointer('uidinfo'),
  cr_prison: pointer('prison'),
});

/** Word offsets. */
export const CR = Ucred.offsets;

export const Uidinfo = struct('uidinfo', {
  ui_ref: atomic(int32),
  ui_uid: int32,
  ui_proccnt: atomic(int32),
  ui_hash: guardedBy('uihash spin', listEntry('uidinfo')),
});

/** Word offsets. */
export const UI = Uidinfo.offsets;

export const Prison = struct('prison', {
  pr_id: int32,
  /** Atomic today; a plain count without a lock in the seed (its commit message says so). */
  pr_ref: relaxed(int32),
  pr_list: guardedBy('prison spin', listEntry('prison')),
  pr_nprocs: atomic(int32),
  pr_host: cstring(20),
});

/** Word offsets. */
export const PR = Prison.offsets;

/** Resources, with the numbers of DragonFly. */
export const RLIMIT_CPU = 0;
export const RLIMIT_DATA = 2;
export const RLIMIT_CORE = 4;
export const RLIMIT_NPROC = 7;
export const RLIMIT_NOFILE = 8;
export const RLIM_NLIMITS = 12;
export const RLIM_INFINITY = 0x7fffffff;

/** One set of limits, shared by processes until one of them changes it: current and maximum in turn. */
export const Plimit = struct('plimit', {
  p_refcnt: atomic(int32),
  pl_rlimit: array(int32, 2 * RLIM_NLIMITS),
});

/** Word offsets. */
export const PL = Plimit.offsets;
