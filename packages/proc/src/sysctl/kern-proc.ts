/**
 * Owns kern.proc: the process table for programs such as ps (sysctl_kern_proc, seed lines 1475-1662). Runs in
 * the thread that asks. Buckets are walked one after the other under their proc_token, shared; a process that
 * is shown is held, so that it stays in its place while its record is given and tokens are lost.
 *
 * With `kern-proc-deref` credentials, group and terminal are followed under the token of the bucket alone, as
 * the seed does, with `ucred-replaced` the credentials only; what they point to may then be freed.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { jailed, PRISON_CHECK } from '../cred/prison.ts';
import { p_trespass } from '../cred/privilege.ts';
import { proc_ucred_drop, proc_ucred_hold } from '../cred/ucred-life.ts';
import { CR } from '../cred/ucred.ts';
import { EINVAL } from '../errno.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { listFirst, listNext } from '../queue.ts';
import { pfind } from '../table/find.ts';
import { phold, prele } from '../table/hold.ts';
import { PG, S } from '../table/pgrp.ts';
import { P, P_CONTROLT, SIDL } from '../table/proc.ts';
import { G, PRG } from '../table/procglob.ts';
import { T } from '../tty/tty-layout.ts';
import { KINFO_PROC_BYTES } from './kinfo.ts';
import { kthreadsByMessages } from './kthread-batch.ts';
import { kthreadsByMigration } from './kthread-migrate.ts';
import { sysctl_out_proc_kthread } from './kthread-output.ts';
import type { SysctlOid } from './oid.ts';
import {
  KERN_PROC_ALL,
  KERN_PROC_FLAGMASK,
  KERN_PROC_PGRP,
  KERN_PROC_PID,
  KERN_PROC_RUID,
  KERN_PROC_TTY,
  KERN_PROC_UID,
} from './kern-proc-kinds.ts';
import { sysctl_out_proc } from './out-proc.ts';
import { isShownRaw } from './shown-raw.ts';
import { type SysctlReq, sysctlReserve } from './request.ts';

/** Processes a caller without a buffer is told there may be more. */
const OVERESTIMATE = 5;

/** What is asked for, and by whom. */
interface Scan {
  readonly kind: number;
  readonly flags: number;
  /** The pid, group, terminal or user. */
  readonly id: number;
  /** Credentials of the caller; 0 for the kernel itself. */
  readonly cr1: number;
  readonly req: SysctlReq;
}

/** sysctl_kern_proc. */
export function* sysctl_kern_proc(
  k: Context,
  oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  const flags = oid.oid_number & KERN_PROC_FLAGMASK;
  const kind = oid.oid_number & ~KERN_PROC_FLAGMASK;
  if (name.length !== (kind === KERN_PROC_ALL ? 0 : 1)) return EINVAL;
  const caller = curproc(k);
  const cr1 = caller === 0 ? 0 : yield* proc_ucred_hold(k, caller);
  const scan: Scan = { kind, flags, id: name[0] ?? 0, cr1, req };
  const error = kind === KERN_PROC_PID ? yield* outPid(k, scan) : yield* outTable(k, scan);
  yield* proc_ucred_drop(k, cr1);
  return error;
}

/** One process by its pid: nothing, and no error, if there is none. */
function* outPid(k: Context, scan: Scan): Steps<number> {
  const p = yield* pfind(k, scan.id);
  if (p === 0) return 0;
  let error = 0;
  if (yield* isPidShown(k, p, scan)) error = yield* sysctl_out_proc(k, p, scan.req, scan.flags);
  yield* prele(k, p);
  return error;
}

function* isPidShown(k: Context, p: number, { cr1 }: Scan): Steps<boolean> {
  if (procs(k).asSeed['kern-proc-embryo']) return cr1 === 0 || PRISON_CHECK(k, cr1, k.get(p + P.p_ucred));
  // A process that is being made has no credentials yet, perhaps no group.
  if (k.peek(p + P.p_stat) === SIDL) return false;
  const cr2 = yield* proc_ucred_hold(k, p);
  const isShown = cr2 !== 0 && (cr1 === 0 || PRISON_CHECK(k, cr1, cr2));
  yield* proc_ucred_drop(k, cr2);
  return isShown;
}

function* outTable(k: Context, scan: Scan): Steps<number> {
  const { req } = scan;
  if (req.oldptr === null) sysctlReserve(req, OVERESTIMATE * KINFO_PROC_BYTES);
  const table = procs(k);
  for (let n = 0; n < table.hsize; n++) {
    const prg = table.bucketAt(n);
    // Without the token: a process that comes this moment may be missed.
    if (k.peek(prg + PRG.allproc) === 0) continue;
    const error = yield* outBucket(k, prg, scan);
    if (error !== 0) return error;
  }
  return yield* outThreads(k, scan);
}

function* outBucket(k: Context, prg: number, scan: Scan): Steps<number> {
  const isRaw = procs(k).asSeed['kern-proc-deref'];
  let error = 0;
  yield* lwkt_gettoken_shared(k, prg + PRG.proc_token);
  for (let p = listFirst(k, prg + PRG.allproc); p !== 0; p = listNext(k, p, P.p_list)) {
    const isShown = isRaw
      ? yield* isShownRaw(k, p, scan.cr1, showsAllProcesses(k), scan.kind, scan.id)
      : yield* isShownHeld(k, p, scan);
    if (!isShown) continue;
    yield* phold(k, p);
    error = yield* sysctl_out_proc(
      k,
      p,
      scan.req,
      scan.flags,
      isRaw ? null : (_k, each) => isAsked(k, each, scan),
    );
    yield* prele(k, p);
    if (error !== 0) break;
  }
  yield* k.reltoken(prg + PRG.proc_token);
  return error;
}

/** Whether the caller may see the process: decided on credentials that are held. */
function* isShownHeld(k: Context, p: number, { cr1 }: Scan): Steps<boolean> {
  if (isEmbryo(k, p)) return false;
  const showsAll = showsAllProcesses(k);
  if (cr1 === 0 || (showsAll && !jailed(k, cr1))) return true;
  const cr2 = yield* proc_ucred_hold(k, p);
  // With the switch nothing is held: by the time it is looked at it may have been replaced and freed.
  if (cr2 !== 0 && procs(k).asSeed['ucred-replaced']) yield* k.loadRelaxed(cr2 + CR.cr_ruid);
  const isShown = cr2 !== 0 && (showsAll || p_trespass(k, cr1, cr2) === 0) && PRISON_CHECK(k, cr1, cr2);
  yield* proc_ucred_drop(k, cr2);
  return isShown;
}

/** security.ps_showallprocs. */
function showsAllProcesses(k: Context): boolean {
  return k.peek(procs(k).g + G.g_ps_showallprocs) !== 0;
}

/** Whether it is one of those asked for. The caller holds p_token, and tty_token if it has a terminal. */
function isAsked(k: Context, p: number, { kind, id }: Scan): boolean {
  switch (kind) {
    case KERN_PROC_PGRP: {
      const pgrp = k.get(p + P.p_pgrp);
      return pgrp !== 0 && k.get(pgrp + PG.pg_id) === id;
    }
    case KERN_PROC_TTY:
      return terminalOf(k, p) === id;
    case KERN_PROC_UID:
      return idOf(k, p, CR.cr_uid) === id;
    case KERN_PROC_RUID:
      return idOf(k, p, CR.cr_ruid) === id;
    default:
      return true;
  }
}

function isEmbryo(k: Context, p: number): boolean {
  return k.peek(p + P.p_stat) === SIDL && !procs(k).asSeed['scan-embryo'];
}

/** The terminal of a process; null without one, which no number equals. */
function terminalOf(k: Context, p: number): number | null {
  if ((k.peek(p + P.p_flags) & P_CONTROLT) === 0) return null;
  const pgrp = k.get(p + P.p_pgrp);
  const session = pgrp === 0 ? 0 : k.get(pgrp + PG.pg_session);
  const tty = session === 0 ? 0 : k.get(session + S.s_ttyp);
  return tty === 0 ? null : k.get(tty + T.t_dev);
}

function idOf(k: Context, p: number, field: number): number | null {
  const cr = k.get(p + P.p_ucred);
  return cr === 0 ? null : k.get(cr + field);
}

/** The threads of the kernel, for who asks for all processes; not for prisoners. */
function* outThreads(k: Context, { kind, cr1, req }: Scan): Steps<number> {
  const { g } = procs(k);
  if (k.peek(g + G.g_ps_showallthreads) === 0) return 0;
  if (cr1 !== 0 && jailed(k, cr1)) return 0;
  const isAll = kind === KERN_PROC_ALL;
  if (k.peek(g + G.g_ps_migrates) !== 0) {
    return yield* kthreadsByMigration(
      k,
      isAll ? (td, at) => sysctl_out_proc_kthread(k, td, at, req) : nothing,
    );
  }
  // The seed visits them in any case, and shows none.
  return isAll ? yield* kthreadsByMessages(k, (td, at) => sysctl_out_proc_kthread(k, td, at, req)) : 0;
}

function* nothing(): Steps<number> {
  return 0;
}
