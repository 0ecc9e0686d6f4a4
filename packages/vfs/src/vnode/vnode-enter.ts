/**
 * Owns entering a transaction of a vnode's mount (NetBSD kern/vnode_if.c, vop_pre): inside, the vnode stays
 * on that mount, and its row of operations is the one of that mount. Run by any thread with a reference. The
 * mount may be gone by the time it is entered: it is compared by address only, and the vnode looked at again.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { fstrans_done, fstrans_start, fstrans_start_nowait } from '../mount/fstrans.ts';
import { V } from './vnode-layout.ts';

/** Enters; gives the mount, for `vnode_leave`. Sleeps while it is suspended. */
export function* vnode_enter(k: Context, vp: number): Steps<number> {
  for (;;) {
    const mp = yield* k.loadRelaxed(vp + V.v_mount);
    yield* fstrans_start(k, mp);
    if (k.peek(vp + V.v_mount) === mp) return mp;
    yield* fstrans_done(k, mp);
  }
}

/** The same without sleeping: 0 if the mount is suspended. */
export function* vnode_tryenter(k: Context, vp: number): Steps<number> {
  for (;;) {
    const mp = yield* k.loadRelaxed(vp + V.v_mount);
    if ((yield* fstrans_start_nowait(k, mp)) !== 0) return 0;
    if (k.peek(vp + V.v_mount) === mp) return mp;
    yield* fstrans_done(k, mp);
  }
}

/** Leaves it; the vnode may be on another mount by now. */
export function vnode_leave(k: Context, mp: number): Steps {
  return fstrans_done(k, mp);
}
