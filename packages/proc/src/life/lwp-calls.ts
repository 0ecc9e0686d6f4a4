/**
 * Owns the system calls about lwps: a further thread of the process, its number, its end. Run by an lwp of
 * the process.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EAGAIN } from '../errno.ts';
import { curlwp, curproc } from '../proc-kernel.ts';
import { L, LWP_MP_SIGNAL } from '../table/lwp.ts';
import { P, P_WEXIT } from '../table/proc.ts';
import { exit1 } from './exit.ts';
import { lwp_exit } from './lwp-exit.ts';
import { lwp_fork, lwpInsert, lwpStart } from './lwp-fork.ts';
import { reapIdle } from './lwp-reap.ts';

/** A further lwp of the process, which runs the entry with an argument: its number. */
export function* sys_lwp_create(k: Context, entry: number, arg: number): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  // Whoever kills all lwps has looked at them already: a new one would be left over.
  const isDying = (k.peek(p + P.p_flags) & P_WEXIT) !== 0;
  const tid = isDying ? -EAGAIN : yield* create(k, p, entry, arg);
  yield* k.reltoken(p + P.p_token);
  return tid;
}

/** The caller holds p_token; nothing here blocks before the lwp is in the list. */
function* create(k: Context, p: number, entry: number, arg: number): Steps<number> {
  const lp = yield* lwp_fork(k, curlwp(k), p, entry, arg);
  // What was sent to the process, or stopped it, while this lwp was being made: it looks before it goes on.
  k.words[lp + L.lwp_mpflags] = LWP_MP_SIGNAL;
  yield* lwpInsert(k, p, lp);
  // Read now: once it runs it may be gone at any time.
  const tid = k.words[lp + L.lwp_tid];
  yield* lwpStart(k, lp);
  yield* reapIdle(k, p);
  return tid;
}

/** The number of the current lwp. */
export function* sys_lwp_gettid(k: Context): Steps<number> {
  return k.words[curlwp(k) + L.lwp_tid];
}

/** Ends the current lwp; the process too, with this code, if it is the last. */
export function* sys_extexit(k: Context, code = 0): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  if ((yield* k.load(p + P.p_nthreads)) > 1) return yield* lwp_exit(k, 0, 0);
  yield* k.reltoken(p + P.p_token);
  return yield* exit1(k, (code & 0xff) << 8);
}
