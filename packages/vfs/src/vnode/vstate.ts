/**
 * Owns looking at, waiting for and changing the state of a vnode (NetBSD kern/vfs_vnode.c, vstate_*). Run by
 * any thread that holds v_interlock; who leaves LOADING holds vcache_lock too, so that the state can be told
 * from LOADING with vcache_lock alone. Waiters sleep on the address of v_state.
 */
import {
  type Context,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { V, VS_LOADED, VS_LOADING, VS_RECLAIMED, VUSECOUNT_GATE } from './vnode-layout.ts';
import { VNODE_EDGES, vstateName } from './vnode-machine.ts';

/** Where the vnode is in its life. */
export function vstate_get(k: Context, vp: number): number {
  return k.peek(vp + V.v_state);
}

export function vstate_assert(k: Context, vp: number, state: number): void {
  const now = vstate_get(k, vp);
  if (now !== state)
    k.panic(`vstate_assert: vnode ${vp} is ${vstateName(now)}, expected ${vstateName(state)}`);
}

/** LOADED and RECLAIMED stay until somebody does something; the others pass. */
function isStable(state: number): boolean {
  return state === VS_LOADED || state === VS_RECLAIMED;
}

/**
 * Waits until the state is stable; v_interlock is lost meanwhile, so the caller has a reference or a hold.
 */
export function* vstate_wait_stable(k: Context, vp: number): Steps {
  while (!isStable(vstate_get(k, vp))) {
    yield* tsleep_interlock(k, vp + V.v_state);
    yield* spin_unlock(k, vp + V.v_interlock);
    yield* tsleep(k, vp + V.v_state, PINTERLOCKED, 'vstate', 0);
    yield* spin_lock(k, vp + V.v_interlock);
  }
}

/** Changes the state along an edge of the machine. The gate of v_usecount is open in LOADED only. */
export function* vstate_change(k: Context, vp: number, from: number, to: number): Steps {
  if (VNODE_EDGES[(from << 3) | to] === 0)
    k.panic(`vstate_change: vnode ${vp}: there is no way from ${vstateName(from)} to ${vstateName(to)}`);
  vstate_assert(k, vp, from);
  // Closed before anybody looks at the count, open when everything is there.
  if (from === VS_LOADED) yield* k.and(vp + V.v_usecount, ~VUSECOUNT_GATE);
  yield* k.storeRelaxed(vp + V.v_state, to);
  if (to === VS_LOADED) yield* k.or(vp + V.v_usecount, VUSECOUNT_GATE);
  if (from === VS_LOADING || isStable(to)) yield* wakeup(k, vp + V.v_state);
}
