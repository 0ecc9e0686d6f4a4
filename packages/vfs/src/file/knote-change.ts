/**
 * Owns what kevent changes (kqueue_register of DragonFly kern_event.c): knotes are added, changed, enabled,
 * disabled and deleted, one change at a time. Run in the thread of the call with kq_lock.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { closef, EBADF, EINVAL, ENOENT, F, fhold, holdfp, kfree, kmalloc } from '@smplab/proc';
import { M_KNOTE } from '../malloc-types.ts';
import { knote_activate, knote_attach } from './knote.ts';
import { watchOf } from './kqueue-filter.ts';
import {
  EV_ADD,
  EV_CLEAR,
  EV_DELETE,
  EV_DISABLE,
  EV_ENABLE,
  EV_ONESHOT,
  EVFILT_PROC,
  EVFILT_READ,
  EVFILT_USER,
  EVFILT_WRITE,
  type Kevent,
  KN,
  Knote,
  NOTE_FFAND,
  NOTE_FFCOPY,
  NOTE_FFCTRLMASK,
  NOTE_FFLAGSMASK,
  NOTE_FFOR,
  NOTE_TRIGGER,
} from './kqueue-layout.ts';
import { filt_procattach } from './kqueue-process.ts';
import { knote_append, knote_drop, knote_find } from './kqueue.ts';

const KEPT = EV_CLEAR | EV_ONESHOT;

/** Makes one change: 0 or an errno. */
export function* kqueue_register(k: Context, kq: number, change: Kevent): Steps<number> {
  const { ident, filter } = change;
  const isFile = filter === EVFILT_READ || filter === EVFILT_WRITE;
  if ((!isFile && filter !== EVFILT_PROC && filter !== EVFILT_USER) || !Number.isInteger(ident))
    return EINVAL;
  const fp = isFile ? yield* holdfp(k, ident, 0) : 0;
  if (fp < 0) return EBADF;
  const error = yield* registerFor(k, kq, change, fp);
  if (fp !== 0) yield* closef(k, fp);
  return error;
}

function* registerFor(k: Context, kq: number, change: Kevent, fp: number): Steps<number> {
  const { ident, filter, flags } = change;
  let kn = knote_find(k, kq, filter, ident, fp);
  if (kn === 0 && (flags & EV_ADD) === 0) return ENOENT;
  if ((flags & EV_DELETE) !== 0) {
    if (kn !== 0) yield* knote_drop(k, kn);
    return 0;
  }
  if (kn === 0) {
    kn = yield* knote_make(k, kq, change, fp);
    if (kn < 0) return -kn;
    if (fp !== 0 && !(yield* isStill(k, ident, fp))) {
      // It was closed meanwhile, by who has seen no knote.
      yield* knote_drop(k, kn);
      return EBADF;
    }
  } else if ((flags & EV_ADD) !== 0) setWanted(k, kn, change);
  const isUser = filter === EVFILT_USER;
  if (isUser) changeUser(k, kn, change.fflags);
  setEnabled(k, kn, flags);
  const isTriggered = isUser && (change.fflags & NOTE_TRIGGER) !== 0;
  // Whether there is something is asked by who looks.
  if (isTriggered || ((flags & EV_ADD) !== 0 && fp !== 0)) yield* knote_activate(k, kn);
  return 0;
}

/** What the program may change of a knote; adding one enables it. */
function setWanted(k: Context, kn: number, { filter, flags, fflags, data, udata }: Kevent): void {
  const kept = (flags & KEPT) | (filter === EVFILT_PROC ? EV_CLEAR : 0);
  k.set(kn + KN.kn_flags, kept);
  if (filter !== EVFILT_USER) k.set(kn + KN.kn_sfflags, fflags | 0);
  k.set(kn + KN.kn_sdata, data | 0);
  k.set(kn + KN.kn_udata, udata | 0);
}

function setEnabled(k: Context, kn: number, flags: number): void {
  const before = k.get(kn + KN.kn_flags);
  if ((flags & EV_DISABLE) !== 0) k.set(kn + KN.kn_flags, before | EV_DISABLE);
  else if ((flags & EV_ENABLE) !== 0) k.set(kn + KN.kn_flags, before & ~EV_DISABLE);
}

/** Flags of a user event are the program's own (filt_usertouch). */
function changeUser(k: Context, kn: number, fflags: number): void {
  const given = fflags & NOTE_FFLAGSMASK;
  const before = k.get(kn + KN.kn_sfflags);
  const how = fflags & NOTE_FFCTRLMASK;
  let after = before;
  if (how === NOTE_FFAND) after = before & given;
  else if (how === NOTE_FFOR) after = before | given;
  else if (how === NOTE_FFCOPY) after = given;
  k.set(kn + KN.kn_sfflags, after);
}

/** A knote on all its lists, which holds its file; or the negative errno. */
export function* knote_make(k: Context, kq: number, change: Kevent, fp: number): Steps<number> {
  const watch = fp === 0 ? { lock: 0, list: 0 } : watchOf(k, fp, change.filter);
  if (watch === null) return -EINVAL;
  const kn = yield* kmalloc(k, M_KNOTE, Knote.size);
  const { words } = k;
  words[kn + KN.kn_kq] = kq;
  words[kn + KN.kn_filter] = change.filter;
  words[kn + KN.kn_ident] = change.ident;
  words[kn + KN.kn_fp] = fp;
  words[kn + KN.kn_lock] = watch.lock;
  words[kn + KN.kn_list] = watch.list;
  setWanted(k, kn, change);
  if (change.filter === EVFILT_USER) k.set(kn + KN.kn_sfflags, change.fflags & NOTE_FFLAGSMASK);
  if (change.filter === EVFILT_PROC) {
    const error = yield* filt_procattach(k, kn);
    if (error !== 0) yield* kfree(k, M_KNOTE, kn);
    if (error !== 0) return -error;
  }
  knote_append(k, kq, kn);
  if (fp === 0) return kn;
  yield* fhold(k, fp);
  yield* knote_attach(k, kn);
  yield* k.fetchadd(fp + F.f_knotes, 1);
  return kn;
}

/** Whether a descriptor is still one of a file, which the caller holds. */
function* isStill(k: Context, fd: number, fp: number): Steps<boolean> {
  const found = yield* holdfp(k, fd, 0);
  if (found > 0) yield* closef(k, found);
  return found === fp;
}
