/**
 * Owns making groups and sessions before anybody can see them (seed lines 677-732). Making allocates, so it
 * is done before the tokens are taken under which the new objects are entered; what turns out not to be
 * needed is thrown away. Run by the thread that moves a process to another group.
 */
import { type Context, lockinit, lwkt_token_init, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_PGRP, M_SESSION } from '../malloc-types.ts';
import { listInsertHead } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { Pgrp, PG, S, Session } from './pgrp-layout.ts';
import { LOGIN_BYTES } from './proc.ts';
import { G, PRG } from './procglob.ts';
import { sess_hold } from './session.ts';

/** A group nobody knows, with one reference for its first member. */
export function* newPgrp(k: Context, pgid: number): Steps<number> {
  const pg = yield* kmalloc(k, M_PGRP, Pgrp.size);
  k.set(pg + PG.pg_id, pgid);
  k.words[pg + PG.pg_refs] = 1;
  lwkt_token_init(k, pg + PG.pg_token, 'pgrp_token');
  lockinit(k, pg + PG.pg_lock, 'pgwt');
  return pg;
}

/** A session nobody knows, of the process that becomes its leader, with one reference for its first group. */
export function* newSession(k: Context, leader: number, sid: number): Steps<number> {
  const sess = yield* kmalloc(k, M_SESSION, Session.size);
  k.words[sess + S.s_leader] = leader;
  k.set(sess + S.s_sid, sid);
  k.words[sess + S.s_count] = 1;
  return sess;
}

/** Throws away what was made in vain. */
export function* dropNew(k: Context, pg: number, sess: number): Steps {
  if (pg !== 0) yield* kfree(k, M_PGRP, pg);
  if (sess !== 0) yield* kfree(k, M_SESSION, sess);
}

/**
 * Enters the group into its bucket, whose token the caller holds: in a new session, that inherits the login
 * name, or in the old one.
 */
export function* enterNewPgrp(k: Context, prg: number, pg: number, sess: number, old: number): Steps {
  const { g } = procs(k);
  if (sess !== 0) {
    // setlogin may write the name at this moment: then the new session has a part of each.
    for (let at = 0; at < LOGIN_BYTES / 4; at++) {
      k.words[sess + S.s_login + at] = k.peek(old + S.s_login + at);
    }
    k.set(pg + PG.pg_session, sess);
    listInsertHead(k, prg + PRG.allsess, sess, S.s_list);
    yield* k.fetchadd(g + G.g_nsessions, 1);
  } else {
    k.set(pg + PG.pg_session, old);
    yield* sess_hold(k, old);
  }
  listInsertHead(k, prg + PRG.allpgrp, pg, PG.pg_list);
  yield* k.fetchadd(g + G.g_npgrps, 1);
}
