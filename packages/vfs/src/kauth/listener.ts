/**
 * Owns who listens to a scope (NetBSD sys/kern/kern_auth.c: kauth_listen_scope, kauth_unlisten_scope). Runs
 * in any thread that may sleep, but not in a listener, which would wait for its own end. Guard:
 * vg_kauth_lock, exclusively: who is being asked holds it shared, so a listener that is gone is not running
 * anywhere, and what it uses may go too.
 *
 *     fn(k, cred, action, cookie, arg0, arg1, arg2, arg3) -> KAUTH_RESULT_*      (a number of a function)
 */
import { type Context, type Kernel, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import {
  ENOENT,
  kfree,
  kmalloc,
  listFirst,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_KAUTH } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { KauthListener, KL, KS } from './kauth-layout.ts';
import { bootKauthBlock, bootListInsertHead, kauth_ifindscope } from './scope.ts';

/** A listener of a scope, asked after those that are there: its address, or -ENOENT without such a scope. */
export function* kauth_listen_scope(k: Context, scope: number, fn: number, cookie: number): Steps<number> {
  const lock = vfs(k).g + VG.vg_kauth_lock;
  const listener = yield* kmalloc(k, M_KAUTH, KauthListener.size);
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  const error = insertListener(k, listener, scope, fn, cookie);
  yield* lockmgr(k, lock, LK_RELEASE);
  if (error === 0) return listener;
  yield* kfree(k, M_KAUTH, listener);
  return -error;
}

/** Ends it: on return it is not asked any more, and whoever was asking it has its answer. */
export function* kauth_unlisten_scope(k: Context, listener: number): Steps {
  const lock = vfs(k).g + VG.vg_kauth_lock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  removeListener(k, listener);
  yield* lockmgr(k, lock, LK_RELEASE);
  yield* kfree(k, M_KAUTH, listener);
}

/** Puts a listener at the end of a scope: 0, or ENOENT. The caller holds vg_kauth_lock exclusively. */
export function insertListener(
  k: Context,
  listener: number,
  scope: number,
  fn: number,
  cookie: number,
): number {
  const found = kauth_ifindscope(k, scope);
  if (found === 0) return ENOENT;
  k.set(listener + KL.kl_scope, found);
  k.set(listener + KL.kl_fn, fn);
  k.set(listener + KL.kl_cookie, cookie);
  insertTail(k, found, listener);
  k.set(found + KS.ks_nlisteners, k.get(found + KS.ks_nlisteners) + 1);
  return 0;
}

/** Takes it out of its scope. The caller holds vg_kauth_lock exclusively. */
export function removeListener(k: Context, listener: number): void {
  const scope = k.get(listener + KL.kl_scope);
  listRemove(k, listener, KL.kl_list);
  k.set(scope + KS.ks_nlisteners, k.get(scope + KS.ks_nlisteners) - 1);
}

/** A listener while the machine boots: its address. */
export function bootListener(kernel: Kernel, g: number, scope: number, fn: number, cookie: number): number {
  const { words } = kernel;
  let found = words[g + VG.vg_kauth_scopes];
  while (words[found + KS.ks_id] !== scope) found = words[found + KS.ks_list];
  const listener = bootKauthBlock(kernel, KauthListener.size);
  words[listener + KL.kl_scope] = found;
  words[listener + KL.kl_fn] = fn;
  words[listener + KL.kl_cookie] = cookie;
  bootListInsertHead(kernel, found + KS.ks_listeners, listener, KL.kl_list);
  words[found + KS.ks_nlisteners]++;
  return listener;
}

function insertTail(k: Context, scope: number, listener: number): void {
  let last = listFirst(k, scope + KS.ks_listeners);
  if (last === 0) {
    listInsertHead(k, scope + KS.ks_listeners, listener, KL.kl_list);
    return;
  }
  for (let next = last; next !== 0; next = listNext(k, next, KL.kl_list)) last = next;
  listInsertAfter(k, last, listener, KL.kl_list);
}
