/**
 * Owns asking whether credentials allow an action (NetBSD sys/kern/kern_auth.c: kauth_authorize_action and
 * its wrappers): all listeners of the scope are asked, in any order with the same result. Runs in any thread
 * that may sleep, with the credentials held by the caller, and with whatever the arguments name. Guard:
 * vg_kauth_lock, shared while listeners run, which therefore may sleep, but neither listen nor unlisten.
 *
 *     any DENY: DENY       else any ALLOW: ALLOW       else DEFER
 *
 * With the fix switch `kauth-unlocked` the lock is not taken, as in NetBSD: a listener that goes while it is
 * asked is freed under the walk.
 */
import { type Context, LK_RELEASE, LK_SHARED, lockmgr, type Steps } from '@smplab/lwkt';
import { EACCES, EPERM, listFirst, listNext } from '@smplab/proc';
import { FSCRED, NOCRED } from '../name/genfs-access.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import {
  KAUTH_RESULT_ALLOW,
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_CRED,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_GENERIC,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
  KAUTH_SCOPE_VNODE,
  KL,
  KS,
} from './kauth-layout.ts';
import { kauth_ifindscope } from './scope.ts';

/** Instead of the file system's own answer: it gives that itself, later, on another machine. */
export const KAUTH_VNODE_REMOTEFS = -1;

/** Words that are handed on to listeners as they are. */
export type KauthArguments = readonly [arg0?: number, arg1?: number, arg2?: number, arg3?: number];

/** 0, or EPERM. Without any security model what nobody decides is allowed. */
export function* kauth_authorize_action(
  k: Context,
  scope: number,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  if (isKernel(cred)) return 0;
  return yield* withListeners(k, kauth_authorize_locked(k, scope, cred, action, ...args));
}

/**
 * The same for a listener, which runs with vg_kauth_lock held: a second hold would wait for whoever wants to
 * change the listeners, and they for the first.
 */
export function* kauth_authorize_locked(
  k: Context,
  scope: number,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  const result = yield* ask(k, scope, cred, action, args);
  if (result === KAUTH_RESULT_DEFER) return k.peek(vfs(k).g + VG.vg_nsecmodels) === 0 ? 0 : EPERM;
  return result === KAUTH_RESULT_DENY ? EPERM : 0;
}

/**
 * Scope vnode: 0 or an errno. `fsDecision` is what the file system itself says (0 or an errno), which counts
 * when nobody else decides; KAUTH_VNODE_REMOTEFS allows then.
 */
export function* kauth_authorize_vnode(
  k: Context,
  cred: number,
  action: number,
  vp: number,
  dvp: number,
  fsDecision: number,
): Steps<number> {
  if (isKernel(cred)) return 0;
  const result = yield* withListeners(k, ask(k, KAUTH_SCOPE_VNODE, cred, action, [vp, dvp]));
  if (result === KAUTH_RESULT_DENY) return EACCES;
  if (result === KAUTH_RESULT_ALLOW || fsDecision === KAUTH_VNODE_REMOTEFS) return 0;
  return fsDecision;
}

/** Scope process: something that is done to a process, which the caller keeps from going away. */
export function kauth_authorize_process(
  k: Context,
  cred: number,
  action: number,
  p: number,
  arg1 = 0,
  arg2 = 0,
  arg3 = 0,
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, cred, action, p, arg1, arg2, arg3);
}

/** Scope system: something that concerns the whole system, as a request (KAUTH_REQ_SYSTEM_*). */
export function kauth_authorize_system(
  k: Context,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_SYSTEM, cred, action, ...args);
}

/** Scope network, as a request (KAUTH_REQ_NETWORK_*). */
export function kauth_authorize_network(
  k: Context,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_NETWORK, cred, action, ...args);
}

/** Scope generic: KAUTH_GENERIC_ISSUSER. */
export function kauth_authorize_generic(k: Context, cred: number, action: number, arg0 = 0): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_GENERIC, cred, action, arg0);
}

/** Scope machdep. */
export function kauth_authorize_machdep(
  k: Context,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_MACHDEP, cred, action, ...args);
}

/** Scope device. */
export function kauth_authorize_device(
  k: Context,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_DEVICE, cred, action, ...args);
}

/** Scope cred: what becomes of credentials. */
export function kauth_authorize_cred(
  k: Context,
  cred: number,
  action: number,
  ...args: KauthArguments
): Steps<number> {
  return kauth_authorize_action(k, KAUTH_SCOPE_CRED, cred, action, ...args);
}

/** Runs the steps while the listeners stay as they are. */
function* withListeners(k: Context, steps: Steps<number>): Steps<number> {
  const { g, asSeed } = vfs(k);
  const isLocked = !asSeed['kauth-unlocked'];
  if (isLocked) yield* lockmgr(k, g + VG.vg_kauth_lock, LK_SHARED);
  const result = yield* steps;
  if (isLocked) yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  return result;
}

function isKernel(cred: number): boolean {
  return cred === NOCRED || cred === FSCRED;
}

/** What all listeners of a scope say together. */
function* ask(k: Context, id: number, cred: number, action: number, args: KauthArguments): Steps<number> {
  if (isKernel(cred)) return KAUTH_RESULT_ALLOW;
  if (cred === 0) k.panic(`kauth_authorize_action: no credentials, action ${action} in scope ${id}`);
  if (action === 0) k.panic(`kauth_authorize_action: no action, in scope ${id}`);
  const scope = kauth_ifindscope(k, id);
  if (scope === 0) k.panic(`kauth_authorize_action: there is no scope ${id}`);
  const [arg0 = 0, arg1 = 0, arg2 = 0, arg3 = 0] = args;
  let isDenied = false;
  let isAllowed = false;
  let listener = listFirst(k, scope + KS.ks_listeners);
  while (listener !== 0) {
    const fn = k.get(listener + KL.kl_fn);
    const result = yield* k.call(fn, cred, action, k.get(listener + KL.kl_cookie), arg0, arg1, arg2, arg3);
    if (result === KAUTH_RESULT_DENY) isDenied = true;
    else if (result === KAUTH_RESULT_ALLOW) isAllowed = true;
    else if (result !== KAUTH_RESULT_DEFER)
      k.panic(`kauth_authorize_action: a listener of scope ${id} answers ${String(result)}`);
    listener = listNext(k, listener, KL.kl_list);
  }
  if (isDenied) return KAUTH_RESULT_DENY;
  return isAllowed ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}
