/**
 * Owns what is counted for each user (struct uidinfo, sys/kern/kern_plimit.c): found by user id in a hash,
 * held by each ucred that names the user, gone with the last of them. Runs in any thread. Guards: the hash is
 * under g_uihash_spin; counts are atomic, and the last count is given up under the spinlock only, so that
 * whoever finds an entry can hold it.
 */
import { type Kmalloc, M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, spin_lock, spin_unlock, Spinlock, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_UIDINFO } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { listFirst, listInsertHead, listNext, listRemove } from '../queue.ts';
import { G } from '../table/procglob.ts';
import { UI, Uidinfo } from './ucred.ts';

/** Heads of the hash: few users at once, so few heads. A power of two. */
export const UIHASH_SIZE = 16;

const T_UIDINFO = mallocType(M_UIDINFO, 'uidinfo');

/** Lays out the empty hash, while the machine boots. */
export function uihashinit(kernel: Kernel, g: number): void {
  const hash = kernel.memory.reserve(UIHASH_SIZE);
  const { words } = kernel;
  words[g + G.g_uihash] = hash;
  const spin = g + G.g_uihash_spin;
  words[spin + Spinlock.offsets.counta] = 0;
  kernel.writeText(spin + Spinlock.offsets.descr, 'uihash');
}

/** The entry of a user with one more reference, while the machine boots. */
export function bootUifind(kernel: Kernel, g: number, uid: number): number {
  const head = kernel.words[g + G.g_uihash] + (uid & (UIHASH_SIZE - 1));
  const { words } = kernel;
  for (let ui = words[head]; ui !== 0; ui = words[ui + UI.ui_hash]) {
    if (words[ui + UI.ui_uid] !== uid) continue;
    words[ui + UI.ui_ref]++;
    return ui;
  }
  return bootUicreate(kernel, kernel.kmem, head, uid);
}

function bootUicreate(kernel: Kernel, kmem: Kmalloc, head: number, uid: number): number {
  const ui = kmem.kmalloc(T_UIDINFO, Uidinfo.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  words[ui + UI.ui_ref] = 1;
  words[ui + UI.ui_uid] = uid;
  const next = words[head];
  words[ui + UI.ui_hash] = next;
  words[ui + UI.ui_hash + 1] = head;
  if (next !== 0) words[next + UI.ui_hash + 1] = ui + UI.ui_hash;
  words[head] = ui;
  return ui;
}

/** The entry of a user, made if there is none, with one more reference. */
export function* uifind(k: Context, uid: number): Steps<number> {
  const spin = procs(k).g + G.g_uihash_spin;
  yield* spin_lock(k, spin);
  let ui = uilookup(k, uid);
  if (ui !== 0) {
    yield* uihold(k, ui);
    yield* spin_unlock(k, spin);
    return ui;
  }
  yield* spin_unlock(k, spin);
  const made = yield* kmalloc(k, M_UIDINFO, Uidinfo.size);
  k.words[made + UI.ui_ref] = 1;
  k.words[made + UI.ui_uid] = uid;
  yield* spin_lock(k, spin);
  // Somebody may have made one while the spinlock was free.
  ui = uilookup(k, uid);
  if (ui === 0) {
    listInsertHead(k, headOf(k, uid), made, UI.ui_hash);
    yield* spin_unlock(k, spin);
    return made;
  }
  yield* uihold(k, ui);
  yield* spin_unlock(k, spin);
  yield* kfree(k, M_UIDINFO, made);
  return ui;
}

function headOf(k: Context, uid: number): number {
  return k.peek(procs(k).g + G.g_uihash) + (uid & (UIHASH_SIZE - 1));
}

/** Under the spinlock. */
function uilookup(k: Context, uid: number): number {
  let ui = listFirst(k, headOf(k, uid));
  while (ui !== 0 && k.get(ui + UI.ui_uid) !== uid) ui = listNext(k, ui, UI.ui_hash);
  return ui;
}

/** One more reference, for who has one or holds the spinlock of the hash. */
export function* uihold(k: Context, ui: number): Steps {
  const before = yield* k.fetchadd(ui + UI.ui_ref, 1);
  if (before < 1) k.panic(`uihold: ui_ref of the entry of user ${k.peek(ui + UI.ui_uid)} was ${before}`);
}

/** Gives a reference back. */
export function* uidrop(k: Context, ui: number): Steps {
  for (;;) {
    const ref = yield* k.load(ui + UI.ui_ref);
    if (ref < 1) k.panic(`uidrop: ui_ref of the entry of user ${k.peek(ui + UI.ui_uid)} was ${ref}`);
    const isGone = ref === 1 ? yield* uifree(k, ui) : yield* k.cmpset(ui + UI.ui_ref, ref, ref - 1);
    if (isGone) return;
  }
}

/** The last reference goes: false if somebody has found the entry meanwhile. */
function* uifree(k: Context, ui: number): Steps<boolean> {
  const spin = procs(k).g + G.g_uihash_spin;
  yield* spin_lock(k, spin);
  if (!(yield* k.cmpset(ui + UI.ui_ref, 1, 0))) {
    yield* spin_unlock(k, spin);
    return false;
  }
  listRemove(k, ui, UI.ui_hash);
  yield* spin_unlock(k, spin);
  const count = k.peek(ui + UI.ui_proccnt);
  if (count !== 0) k.panic(`uifree: user ${k.peek(ui + UI.ui_uid)} goes with ${count} processes counted`);
  yield* kfree(k, M_UIDINFO, ui);
  return true;
}

/**
 * Changes the number of processes counted for a user: true, or false if it would exceed `max` (0: no limit).
 * The caller holds the entry.
 */
export function* chgproccnt(k: Context, ui: number, delta: number, max: number): Steps<boolean> {
  const before = yield* k.fetchadd(ui + UI.ui_proccnt, delta);
  const count = before + delta;
  if (count < 0) k.panic(`chgproccnt: user ${k.peek(ui + UI.ui_uid)} has ${count} processes`);
  if (delta <= 0 || max === 0 || count <= max) return true;
  yield* k.fetchadd(ui + UI.ui_proccnt, -delta);
  return false;
}
