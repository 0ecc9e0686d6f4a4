/**
 * Owns getlogin and setlogin (sys/kern/kern_prot.c): the login name of a session, told by all its processes.
 * Runs in the thread of the caller. Guards: p_token for the way to the session, a pool token for the name,
 * which has none of its own.
 */
import { readCstring, writeCstring } from '@smplab/kmem';
import { type Context, lwkt_getpooltoken, type Steps } from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { curproc } from '../proc-kernel.ts';
import { PG, S } from '../table/pgrp-layout.ts';
import { LOGIN_BYTES, P } from '../table/proc.ts';
import { priv_check_cred, PRIV_PROC_SETLOGIN } from './privilege.ts';

const LOGIN_WORDS = LOGIN_BYTES >> 2;
const encoder = new TextEncoder();

/** getlogin: the name of the session, empty if nobody has set one. */
export function* sys_getlogin(k: Context, result: { name?: string }): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const { session, token } = yield* lockName(k, p);
  for (let at = 0; at < LOGIN_WORDS; at++) k.get(session + S.s_login + at);
  result.name = readCstring(k.kernel.memory, session + S.s_login, LOGIN_BYTES);
  yield* k.reltoken(token);
  yield* k.reltoken(p + P.p_token);
  return 0;
}

/** setlogin: root only; EINVAL for a name that is too long. */
export function* sys_setlogin(k: Context, name: string): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  let error = priv_check_cred(k, k.get(p + P.p_ucred), PRIV_PROC_SETLOGIN);
  if (error === 0 && encoder.encode(name).length >= LOGIN_BYTES) error = EINVAL;
  if (error === 0) {
    const { session, token } = yield* lockName(k, p);
    for (let at = 0; at < LOGIN_WORDS; at++) k.set(session + S.s_login + at, 0);
    writeCstring(k.kernel.memory, session + S.s_login, LOGIN_BYTES, name);
    yield* k.reltoken(token);
  }
  yield* k.reltoken(p + P.p_token);
  return -error;
}

/** The session of a process whose p_token is held, with the token of its name. */
function* lockName(k: Context, p: number): Steps<{ session: number; token: number }> {
  for (;;) {
    const session = k.get(k.get(p + P.p_pgrp) + PG.pg_session);
    const token = yield* lwkt_getpooltoken(k, session);
    // The process may have been moved to another session while it waited.
    if (k.get(k.get(p + P.p_pgrp) + PG.pg_session) === session) return { session, token };
    yield* k.reltoken(token);
  }
}
