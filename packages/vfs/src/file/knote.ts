/**
 * Owns the way from what is watched to the kqueues that watch it (KNOTE of DragonFly kern_event.c): whoever
 * changes a pipe, a socket or a file activates the knotes on its list, under the spinlock that guards both.
 * Whether the event is really due is asked when somebody looks. Spinlocks: that of the object, then kq_spin.
 */
import { type Context, spin_lock, spin_unlock, type Steps, wakeup } from '@smplab/lwkt';
import { listFirst, listInsertHead, listNext, listRemove } from '@smplab/proc';
import { KN, KQ } from './kqueue-layout.ts';

/** Activates all knotes of a list. The caller holds the spinlock of the list. */
export function* knote(k: Context, list: number): Steps {
  for (let kn = listFirst(k, list); kn !== 0; kn = listNext(k, kn, KN.kn_selnext))
    yield* knote_activate(k, kn);
}

/** The knote is to be looked at; it stays meanwhile. `hits` are added to what has happened. */
export function* knote_activate(k: Context, kn: number, hits = 0, data = 0): Steps {
  const kq = k.words[kn + KN.kn_kq];
  yield* spin_lock(k, kq + KQ.kq_spin);
  k.set(kn + KN.kn_active, 1);
  if (hits !== 0) {
    k.set(kn + KN.kn_hits, k.get(kn + KN.kn_hits) | hits);
    k.set(kn + KN.kn_data, data);
  }
  k.set(kq + KQ.kq_activity, k.get(kq + KQ.kq_activity) + 1);
  if (k.get(kq + KQ.kq_sleeps) !== 0) {
    k.set(kq + KQ.kq_sleeps, 0);
    yield* wakeup(k, kq);
  }
  yield* spin_unlock(k, kq + KQ.kq_spin);
}

/** Whether the knote stays active: settled under the spinlock of what it watches, so nothing is missed. */
export function* knote_settle(k: Context, kn: number, stays: boolean): Steps {
  const spin = k.words[kn + KN.kn_kq] + KQ.kq_spin;
  yield* spin_lock(k, spin);
  k.set(kn + KN.kn_active, stays ? 1 : 0);
  yield* spin_unlock(k, spin);
}

/** From here on what is watched activates the knote. */
export function* knote_attach(k: Context, kn: number): Steps {
  const lock = k.words[kn + KN.kn_lock];
  if (lock === 0) return;
  yield* spin_lock(k, lock);
  listInsertHead(k, k.words[kn + KN.kn_list], kn, KN.kn_selnext);
  yield* spin_unlock(k, lock);
}

/** From here on nothing activates it. */
export function* knote_detach(k: Context, kn: number): Steps {
  const lock = k.words[kn + KN.kn_lock];
  if (lock === 0) return;
  yield* spin_lock(k, lock);
  listRemove(k, kn, KN.kn_selnext);
  yield* spin_unlock(k, lock);
}
