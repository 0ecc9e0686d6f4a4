/**
 * Owns the references of sessions (seed lines 809-881): one for each group of the session. The last one takes
 * the session out of its bucket and its terminal away. Run by any thread, without requirements.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { FN_TTYUNHOLD } from '../functions.ts';
import { kfree, M_SESSION } from '../malloc-types.ts';
import { listRemove } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { T } from '../tty/tty-layout.ts';
import { PG, S } from './pgrp-layout.ts';
import { stampReuse } from './pid-domain.ts';
import { P } from './proc.ts';
import { G, PRG } from './procglob.ts';

/** Takes a further reference; the caller has one, or a group that has one. */
export function* sess_hold(k: Context, sess: number): Steps {
  yield* k.fetchadd(sess + S.s_count, 1);
}

/** Gives a reference back; with the last one the session is gone. */
export function* sess_rele(k: Context, sess: number): Steps {
  const tty = k.kernel.globals.lookup('tty');
  const sid = k.get(sess + S.s_sid);
  const prg = procs(k).bucketOf(sid);
  for (;;) {
    const count = yield* k.load(sess + S.s_count);
    k.assert(count > 0, `sess_rele: session ${sid} has ${count} references`);
    if (count > 1) {
      if (yield* k.cmpset(sess + S.s_count, count, count - 1)) return;
      continue;
    }
    yield* k.gettoken(tty);
    yield* k.gettoken(prg + PRG.proc_token);
    if (yield* k.cmpset(sess + S.s_count, 1, 0)) break;
    yield* k.reltoken(prg + PRG.proc_token);
    yield* k.reltoken(tty);
  }
  listRemove(k, sess, S.s_list);
  stampReuse(k, sid);
  yield* leaveTerminal(k, sess);
  yield* k.reltoken(prg + PRG.proc_token);
  yield* k.reltoken(tty);
  yield* kfree(k, M_SESSION, sess);
  yield* k.fetchadd(procs(k).g + G.g_nsessions, -1);
}

/** A half close: the terminal may belong to another session by now. The caller holds tty_token. */
function* leaveTerminal(k: Context, sess: number): Steps {
  const tp = k.get(sess + S.s_ttyp);
  if (tp === 0) return;
  // Before 2010-08-26 the terminal went on pointing at the session (P29).
  const clears = !procs(k).asSeed['tty-freed-session'];
  if (clears && k.get(tp + T.t_session) === sess) k.set(tp + T.t_session, 0);
  k.set(sess + S.s_ttyp, 0);
  yield* k.call(FN_TTYUNHOLD, tp);
}

/** Session of a process, or 0 while it is in no group. The caller holds p_token. */
export function sessionOf(k: Context, p: number): number {
  const pg = k.get(p + P.p_pgrp);
  return pg === 0 ? 0 : k.get(pg + PG.pg_session);
}

/** Whether the process made its session (SESS_LEADER). The caller holds p_token. */
export function isSessionLeader(k: Context, p: number): boolean {
  const sess = sessionOf(k, p);
  // By the number, which never changes, where the seed compares s_leader, which another token guards.
  return sess !== 0 && k.get(sess + S.s_sid) === k.get(p + P.p_pid);
}
