/**
 * Owns kqueues as files (kern_event.c of DragonFly): kqueue(2), their operations, knotes being made and
 * dropped. Run in the thread of a call. Guards: kq_lock (lockmgr) for the knotes of a kqueue; it comes before
 * the locks of whatever is watched. A knote holds its file, so that what it watches is there; it goes when
 * the descriptor is closed, by which it was made, or the kqueue.
 *
 *     close(fd): descriptor out of the table -> f_knotes? -> knotes of all kqueues of the table -> file
 *     kevent:    knote on the lists, f_knotes + 1 -> is the descriptor still there? if not, away with it
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockinit,
  lockmgr,
  lockuninit,
  type Registry,
  spin_init,
  type Steps,
} from '@smplab/lwkt';
import {
  bootFileops,
  closef,
  DTYPE_KQUEUE,
  ENOTTY,
  ENXIO,
  F,
  fdalloc,
  fdnext,
  FIOASYNC,
  FIONBIO,
  fmake,
  FREAD,
  fsetfd,
  FWRITE,
  kfree,
  kmalloc,
  listFirst,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_KNOTE, M_KQUEUE } from '../malloc-types.ts';
import { bootDescriptorGlobals, descriptors, DG } from './descriptor-globals.ts';
import { knote_detach } from './knote.ts';
import { EVFILT_PROC, EVFILT_READ, EVFILT_WRITE, KN, KQ, Kqueue } from './kqueue-layout.ts';
import { filt_procdetach, registerProcessKnotes } from './kqueue-process.ts';

/** Name of the function that a table of descriptors calls when one of a watched file is closed. */
export const KNOTE_FDCLOSE = 'knote_fdclose';
const FUNCTIONS = { kqueue_io, kqueue_ioctl, kqueue_close, [KNOTE_FDCLOSE]: knote_fdclose } as const;

/** Lays out the operations of kqueues, while the machine boots. */
export function bootKqueues(kernel: Kernel, g: number): void {
  const dg = bootDescriptorGlobals(kernel, g);
  kernel.words[dg + DG.dg_kqueueops] = bootFileops(kernel, {
    read: functionNumber('kqueue_io'),
    write: functionNumber('kqueue_io'),
    ioctl: functionNumber('kqueue_ioctl'),
    close: functionNumber('kqueue_close'),
  });
}

/** Makes them known to a realm. */
export function registerKqueues(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
  registerProcessKnotes(registry);
}

/** kqueue: a descriptor, or the negative errno. */
export function* sys_kqueue(k: Context): Steps<number> {
  const fd = yield* fdalloc(k, 0);
  if (fd < 0) return fd;
  const fp = yield* fmake(k, DTYPE_KQUEUE, FREAD | FWRITE, k.words[descriptors(k) + DG.dg_kqueueops]);
  k.words[fp + F.f_data] = yield* kqueue_make(k);
  yield* fsetfd(k, fd, fp);
  return fd;
}

/** A kqueue that watches nothing. */
export function* kqueue_make(k: Context): Steps<number> {
  const kq = yield* kmalloc(k, M_KQUEUE, Kqueue.size);
  lockinit(k, kq + KQ.kq_lock, 'kqueue');
  spin_init(k, kq + KQ.kq_spin, 'kqueue');
  return kq;
}

/** There are no bytes in it (kqueue_read of NetBSD). */
function* kqueue_io(): Steps<number> {
  return ENXIO;
}

function* kqueue_ioctl(_k: Context, _fp: number, cmd: number): Steps<number> {
  return cmd === FIONBIO || cmd === FIOASYNC ? 0 : ENOTTY;
}

/** Nobody has its file any more. */
function* kqueue_close(k: Context, fp: number): Steps<number> {
  yield* kqueue_free(k, k.words[fp + F.f_data]);
  return 0;
}

/** Drops all knotes and the kqueue, which nobody uses any more but who activates knotes. */
export function* kqueue_free(k: Context, kq: number): Steps {
  yield* lockmgr(k, kq + KQ.kq_lock, LK_EXCLUSIVE);
  for (let kn = listFirst(k, kq + KQ.kq_knotes); kn !== 0; kn = listFirst(k, kq + KQ.kq_knotes))
    yield* knote_drop(k, kn);
  yield* lockmgr(k, kq + KQ.kq_lock, LK_RELEASE);
  lockuninit(k, kq + KQ.kq_lock);
  yield* kfree(k, M_KQUEUE, kq);
}

/** Takes a knote away, and gives its file back. With kq_lock. */
export function* knote_drop(k: Context, kn: number): Steps {
  if (k.words[kn + KN.kn_filter] === EVFILT_PROC) yield* filt_procdetach(k, kn);
  yield* knote_detach(k, kn);
  listRemove(k, kn, KN.kn_next);
  const fp = k.words[kn + KN.kn_fp];
  yield* kfree(k, M_KNOTE, kn);
  if (fp === 0) return;
  yield* k.fetchadd(fp + F.f_knotes, -1);
  yield* closef(k, fp);
}

/** Puts a knote behind all others: the one that was reported longest ago comes first. With kq_lock. */
export function knote_append(k: Context, kq: number, kn: number): void {
  const head = kq + KQ.kq_knotes;
  let last = listFirst(k, head);
  if (last === 0) {
    listInsertHead(k, head, kn, KN.kn_next);
    return;
  }
  for (let next = last; next !== 0; next = listNext(k, next, KN.kn_next)) last = next;
  listInsertAfter(k, last, kn, KN.kn_next);
}

/** A descriptor is closed: the kqueues of its table forget it. The caller has the file. */
function* knote_fdclose(k: Context, fp: number, fd: number): Steps {
  for (let at = 0; ; at++) {
    const found = yield* fdnext(k, at, DTYPE_KQUEUE);
    if (found.fp === 0) return;
    at = found.fd;
    const kq = k.words[found.fp + F.f_data];
    yield* lockmgr(k, kq + KQ.kq_lock, LK_EXCLUSIVE);
    for (const filter of [EVFILT_READ, EVFILT_WRITE]) {
      const kn = knote_find(k, kq, filter, fd, fp);
      if (kn !== 0) yield* knote_drop(k, kn);
    }
    yield* lockmgr(k, kq + KQ.kq_lock, LK_RELEASE);
    yield* closef(k, found.fp);
  }
}

/** The knote of a filter and an ident, and of a file (0: it has none); 0 for none. With kq_lock. */
export function knote_find(k: Context, kq: number, filter: number, ident: number, fp: number): number {
  let kn = listFirst(k, kq + KQ.kq_knotes);
  for (; kn !== 0; kn = listNext(k, kn, KN.kn_next)) {
    const { words } = k;
    const isNamed = words[kn + KN.kn_filter] === filter && words[kn + KN.kn_ident] === ident;
    if (isNamed && words[kn + KN.kn_fp] === fp) return kn;
  }
  return 0;
}
