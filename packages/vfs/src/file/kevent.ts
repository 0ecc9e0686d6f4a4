/**
 * Owns kevent(2) (sys_kevent, kqueue_scan of DragonFly kern_event.c): changes are made, then events that are
 * due are collected, and waited for. Runs in the thread of the call, which holds the kqueue. Guards: kq_lock
 * while knotes are looked at; kq_spin for going to sleep: an activation since the look before means another
 * look. Events that are cleared or come once go to one of several threads that wait.
 */
import {
  type Context,
  EWOULDBLOCK,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  PCATCH,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
} from '@smplab/lwkt';
import {
  closef,
  DTYPE_KQUEUE,
  EBADF,
  EINTR,
  EINVAL,
  F,
  holdfp,
  listFirst,
  listNext,
  listRemove,
} from '@smplab/proc';
import { knote_settle } from './knote.ts';
import { kqueue_register } from './knote-change.ts';
import { type Due, fileEvent } from './kqueue-filter.ts';
import {
  EV_CLEAR,
  EV_DISABLE,
  EV_ERROR,
  EV_ONESHOT,
  EV_RECEIPT,
  EVFILT_PROC,
  EVFILT_USER,
  type Kevent,
  KN,
  KQ,
} from './kqueue-layout.ts';
import { processEvent } from './kqueue-process.ts';
import { knote_append, knote_drop } from './kqueue.ts';

/** What a call of kevent wants: `timeout` are ticks, null for ever. */
export interface KeventRequest {
  readonly changes: readonly Kevent[];
  readonly most: number;
  readonly timeout: number | null;
}

/** kevent: how many events there are, which are put into `events`; or the negative errno. */
export function* sys_kevent(k: Context, fd: number, request: KeventRequest, events: Kevent[]): Steps<number> {
  const { most, timeout } = request;
  const isTime = timeout === null || (Number.isInteger(timeout) && timeout >= 0);
  if (!Number.isInteger(most) || most < 0 || !isTime) return -EINVAL;
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const isKqueue = k.words[fp + F.f_type] === DTYPE_KQUEUE;
  const error = isKqueue ? yield* keventOf(k, k.words[fp + F.f_data], request, events) : EBADF;
  yield* closef(k, fp);
  return error === 0 ? events.length : -error;
}

function* keventOf(k: Context, kq: number, request: KeventRequest, events: Kevent[]): Steps<number> {
  const { changes, most, timeout } = request;
  for (const change of changes) {
    yield* lockmgr(k, kq + KQ.kq_lock, LK_EXCLUSIVE);
    const error = yield* kqueue_register(k, kq, change);
    yield* lockmgr(k, kq + KQ.kq_lock, LK_RELEASE);
    if (error === 0 && (change.flags & EV_RECEIPT) === 0) continue;
    if (events.length < most) events.push({ ...change, flags: EV_ERROR, data: error });
    else if (error !== 0) return error;
  }
  return events.length > 0 || most === 0 ? 0 : yield* kqueue_scan(k, kq, most, timeout, events);
}

/** Waits for events: 0, also when time is up; or EINTR. The caller keeps the kqueue. */
export function* kqueue_scan(
  k: Context,
  kq: number,
  most: number,
  timeout: number | null,
  events: Kevent[],
): Steps<number> {
  const end = timeout === null ? Infinity : k.kernel.ticks + timeout;
  for (;;) {
    const seen = yield* activityOf(k, kq);
    yield* collect(k, kq, most, events);
    const left = end - k.kernel.ticks;
    if (events.length > 0 || left <= 0) return 0;
    const error = yield* sleepUnless(k, kq, seen, left);
    if (error !== 0 && error !== EWOULDBLOCK) return EINTR;
  }
}

function* activityOf(k: Context, kq: number): Steps<number> {
  yield* spin_lock(k, kq + KQ.kq_spin);
  const activity = k.get(kq + KQ.kq_activity);
  yield* spin_unlock(k, kq + KQ.kq_spin);
  return activity;
}

/** Sleeps until a knote is activated, unless one was since `seen`. */
function* sleepUnless(k: Context, kq: number, seen: number, ticks: number): Steps<number> {
  yield* spin_lock(k, kq + KQ.kq_spin);
  const isLate = k.get(kq + KQ.kq_activity) !== seen;
  if (!isLate) {
    k.set(kq + KQ.kq_sleeps, 1);
    yield* tsleep_interlock(k, kq);
  }
  yield* spin_unlock(k, kq + KQ.kq_spin);
  if (isLate) return 0;
  return yield* tsleep(k, kq, PCATCH | PINTERLOCKED, 'kqread', ticks === Infinity ? 0 : ticks);
}

/** Asks the knotes that are active, each once. */
function* collect(k: Context, kq: number, most: number, events: Kevent[]): Steps {
  yield* lockmgr(k, kq + KQ.kq_lock, LK_EXCLUSIVE);
  for (const kn of knotesOf(k, kq)) {
    if (events.length >= most) break;
    const isDisabled = (k.get(kn + KN.kn_flags) & EV_DISABLE) !== 0;
    // A look ahead: whoever activates it from now on is found by the next look.
    if (isDisabled || k.peek(kn + KN.kn_active) === 0) continue;
    const event = yield* take(k, kq, kn);
    if (event !== null) events.push(event);
  }
  yield* lockmgr(k, kq + KQ.kq_lock, LK_RELEASE);
}

function knotesOf(k: Context, kq: number): number[] {
  const knotes: number[] = [];
  for (let kn = listFirst(k, kq + KQ.kq_knotes); kn !== 0; kn = listNext(k, kn, KN.kn_next)) knotes.push(kn);
  return knotes;
}

/** The event of a knote, if it is due; afterwards the knote is the last one, or gone. */
function* take(k: Context, kq: number, kn: number): Steps<Kevent | null> {
  const { due, isOver } = yield* ask(k, kn);
  const flags = k.get(kn + KN.kn_flags);
  const event = due === null ? null : eventOf(k, kn, flags, due);
  if (isOver || (due !== null && (flags & EV_ONESHOT) !== 0)) yield* knote_drop(k, kn);
  else if (due !== null) {
    listRemove(k, kn, KN.kn_next);
    knote_append(k, kq, kn);
  }
  return event;
}

/** What is due, and whether there can be nothing more. */
function* ask(k: Context, kn: number): Steps<{ due: Due | null; isOver: boolean }> {
  const filter = k.words[kn + KN.kn_filter];
  if (filter === EVFILT_PROC) return yield* processEvent(k, kn);
  const due = filter === EVFILT_USER ? yield* userEvent(k, kn) : yield* fileEvent(k, kn);
  return { due, isOver: false };
}

/** A user event is due from its trigger on, until it is cleared. */
function* userEvent(k: Context, kn: number): Steps<Due | null> {
  const flags = k.get(kn + KN.kn_flags);
  const due = { data: k.get(kn + KN.kn_sdata), fflags: k.get(kn + KN.kn_sfflags), flags: 0 };
  if ((flags & EV_CLEAR) === 0) return due;
  yield* knote_settle(k, kn, false);
  k.set(kn + KN.kn_sfflags, 0);
  k.set(kn + KN.kn_sdata, 0);
  return due;
}

function eventOf(k: Context, kn: number, flags: number, due: Due): Kevent {
  return {
    ident: k.words[kn + KN.kn_ident],
    filter: k.words[kn + KN.kn_filter],
    flags: flags | due.flags,
    fflags: due.fflags,
    data: due.data,
    udata: k.get(kn + KN.kn_udata),
  };
}
