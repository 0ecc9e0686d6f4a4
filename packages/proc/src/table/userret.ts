/**
 * Owns deferred work of an lwp (seed lines 1157-1194): what others asked it to do before it goes on in user
 * mode. Run by its own thread at the user boundary, or by a kernel thread that works for it.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { FN_ALLOCVNODE_GC, FN_LWP_EXIT } from '../functions.ts';
import { curlwp } from '../proc-kernel.ts';
import { L, LWP_MP_VNLRU, LWP_MP_WEXIT } from './lwp.ts';
import { P } from './proc.ts';

/** Does what is deferred. Does not return if the lwp has to exit. */
export function* lwpuserret(k: Context, lp: number): Steps {
  yield* collectVnodes(k, lp);
  if (((yield* k.load(lp + L.lwp_mpflags)) & LWP_MP_WEXIT) === 0) return;
  yield* k.gettoken(k.words[lp + L.lwp_proc] + P.p_token);
  yield* k.call(FN_LWP_EXIT, 0, 0);
  k.panic('lwpuserret: lwp_exit returned');
}

/** A kernel thread that works for an lwp does what does not need the user boundary. */
export function* lwpkthreaddeferred(k: Context): Steps {
  const lp = curlwp(k);
  if (lp !== 0) yield* collectVnodes(k, lp);
}

function* collectVnodes(k: Context, lp: number): Steps {
  if (((yield* k.load(lp + L.lwp_mpflags)) & LWP_MP_VNLRU) === 0) return;
  yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_VNLRU);
  yield* k.call(FN_ALLOCVNODE_GC);
}
