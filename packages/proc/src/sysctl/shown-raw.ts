/**
 * Owns the seed's choice of processes for kern.proc (lines 1531-1578), for `kern-proc-deref`: credentials,
 * group and terminal are followed with the token of the bucket alone, which guards none of them. Between the
 * load of a pointer and the load through it the process may have changed, and what it pointed to be freed.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { PRISON_CHECK } from '../cred/prison.ts';
import { p_trespass } from '../cred/privilege.ts';
import { CR } from '../cred/ucred.ts';
import { PG, S } from '../table/pgrp.ts';
import { P, P_CONTROLT, SIDL } from '../table/proc.ts';
import { T } from '../tty/tty-layout.ts';
import { KERN_PROC_PGRP, KERN_PROC_RUID, KERN_PROC_TTY, KERN_PROC_UID } from './kern-proc-kinds.ts';

/** Whether the process is shown to `cr1` (0: to the kernel), and is one that was asked for. */
export function* isShownRaw(
  k: Context,
  p: number,
  cr1: number,
  showsAll: boolean,
  kind: number,
  id: number,
): Steps<boolean> {
  if (cr1 !== 0 && !showsAll) {
    const cr2 = yield* k.loadRelaxed(p + P.p_ucred);
    if (cr2 === 0) return false;
    yield* k.loadRelaxed(cr2 + CR.cr_ruid);
    if (p_trespass(k, cr1, cr2) !== 0) return false;
  }
  if (k.peek(p + P.p_stat) === SIDL) return false;
  if (!(yield* isAskedRaw(k, p, kind, id))) return false;
  return cr1 === 0 || PRISON_CHECK(k, cr1, yield* k.loadRelaxed(p + P.p_ucred));
}

function* isAskedRaw(k: Context, p: number, kind: number, id: number): Steps<boolean> {
  switch (kind) {
    case KERN_PROC_PGRP:
      return (yield* follow(k, p + P.p_pgrp, PG.pg_id)) === id;
    case KERN_PROC_TTY: {
      if ((k.peek(p + P.p_flags) & P_CONTROLT) === 0) return false;
      const session = yield* follow(k, p + P.p_pgrp, PG.pg_session);
      if (session === null || session === 0) return false;
      return (yield* follow(k, session + S.s_ttyp, T.t_dev)) === id;
    }
    case KERN_PROC_UID:
      return (yield* follow(k, p + P.p_ucred, CR.cr_uid)) === id;
    case KERN_PROC_RUID:
      return (yield* follow(k, p + P.p_ucred, CR.cr_ruid)) === id;
    default:
      return true;
  }
}

/** The field of what a pointer points to; null for NULL. */
function* follow(k: Context, pointer: number, field: number): Steps<number | null> {
  const to = yield* k.loadRelaxed(pointer);
  return to === 0 ? null : yield* k.loadRelaxed(to + field);
}
