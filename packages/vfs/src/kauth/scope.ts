/**
 * Owns the scopes of kauth (NetBSD sys/kern/kern_auth.c: kauth_init, kauth_register_scope,
 * kauth_deregister_scope): the areas in which somebody may be asked whether an action is allowed. Runs in any
 * thread that may sleep; laid out while the machine boots. Guard: vg_kauth_lock.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { EBUSY, EEXIST, kfree, kmalloc, listFirst, listInsertHead, listNext, listRemove } from '@smplab/proc';
import { M_KAUTH } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { KAUTH_BUILTIN_SCOPES, KauthScope, KS } from './kauth-layout.ts';

const T_KAUTH = mallocType(M_KAUTH, 'kernel authorization');

/** Words of this part while the machine boots, zeroed. */
export function bootKauthBlock(kernel: Kernel, words: number): number {
  return kernel.kmem.kmalloc(T_KAUTH, words, M_WAITOK | M_ZERO, 'boot');
}

/** The built-in scopes, which nobody listens to yet (kauth_init). */
export function bootScopes(kernel: Kernel, g: number): void {
  for (const id of KAUTH_BUILTIN_SCOPES) {
    const scope = bootKauthBlock(kernel, KauthScope.size);
    kernel.words[scope + KS.ks_id] = id;
    bootListInsertHead(kernel, g + VG.vg_kauth_scopes, scope, KS.ks_list);
  }
}

/** LIST_INSERT_HEAD, while the machine boots. */
export function bootListInsertHead(kernel: Kernel, head: number, element: number, entry: number): void {
  const { words } = kernel;
  const next = words[head];
  words[element + entry] = next;
  words[element + entry + 1] = head;
  if (next !== 0) words[next + entry + 1] = element + entry;
  words[head] = element;
}

/** The scope with a number, 0 if there is none. The caller holds vg_kauth_lock. */
export function kauth_ifindscope(k: Context, id: number): number {
  let scope = listFirst(k, vfs(k).g + VG.vg_kauth_scopes);
  while (scope !== 0 && k.get(scope + KS.ks_id) !== id) scope = listNext(k, scope, KS.ks_list);
  return scope;
}

/** A further scope: 0, or EEXIST when the number is taken. */
export function* kauth_register_scope(k: Context, id: number): Steps<number> {
  const { g } = vfs(k);
  const scope = yield* kmalloc(k, M_KAUTH, KauthScope.size);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_EXCLUSIVE);
  const isTaken = kauth_ifindscope(k, id) !== 0;
  if (!isTaken) {
    k.set(scope + KS.ks_id, id);
    listInsertHead(k, g + VG.vg_kauth_scopes, scope, KS.ks_list);
  }
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  if (isTaken) yield* kfree(k, M_KAUTH, scope);
  return isTaken ? EEXIST : 0;
}

/**
 * Takes a scope away: 0, or EBUSY while somebody listens (NetBSD frees it under them). It is a panic when
 * there is none with the number.
 */
export function* kauth_deregister_scope(k: Context, id: number): Steps<number> {
  const lock = vfs(k).g + VG.vg_kauth_lock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  const scope = kauth_ifindscope(k, id);
  if (scope === 0) k.panic(`kauth_deregister_scope: there is no scope ${id}`);
  const isBusy = k.get(scope + KS.ks_nlisteners) !== 0;
  if (!isBusy) listRemove(k, scope, KS.ks_list);
  yield* lockmgr(k, lock, LK_RELEASE);
  if (isBusy) return EBUSY;
  yield* kfree(k, M_KAUTH, scope);
  return 0;
}
