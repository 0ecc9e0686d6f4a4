/**
 * Owns the layout of `struct pgrp` and `struct session` (sys/sys/proc.h). Guards: b = proc_token of the
 * bucket of its id, pg = pg_token, p = p_token of the leader, tty = tty_token, a = atomic, c = constant.
 *
 *     session <-pg_session- pgrp --pg_members--> proc --p_pglist--> proc
 *     s_count: one for each group; pg_refs: one for each member, and whoever looks at it
 */
import {
  atomic,
  cstring,
  guardedBy,
  int32,
  listEntry,
  listHead,
  nested,
  pointer,
  struct,
} from '@smplab/kmem';
import { Lock } from '@smplab/lwkt';
import { Token } from '@smplab/token';
import { LOGIN_BYTES } from './proc.ts';

export const Pgrp = struct('pgrp', {
  pg_id: int32,
  pg_refs: atomic(int32),
  pg_list: guardedBy('proc_token', listEntry('pgrp')),
  pg_members: guardedBy('pg_token', listHead('proc')),
  pg_session: pointer('session'),
  pg_sigiolst: guardedBy('sigio_token', listHead('sigio')),
  /** Members whose parent is in another group of the session; 0: orphaned. */
  pg_jobc: guardedBy('pg_token', int32),
  pg_token: nested(Token),
  /** Shared by fork from the signal check to the insertion, exclusive for signals to the group. */
  pg_lock: nested(Lock),
});

/** Word offsets. */
export const PG = Pgrp.offsets;

export const Session = struct('session', {
  s_sid: int32,
  s_count: atomic(int32),
  s_list: guardedBy('proc_token', listEntry('session')),
  s_leader: guardedBy('tty_token', pointer('proc')),
  s_ttyp: guardedBy('tty_token', pointer('tty')),
  s_ttyvp: guardedBy('tty_token', pointer('vnode')),
  s_login: cstring(LOGIN_BYTES),
});

/** Word offsets. */
export const S = Session.offsets;
