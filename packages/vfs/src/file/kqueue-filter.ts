/**
 * Owns EVFILT_READ and EVFILT_WRITE (filt_piperead, filt_soread, filt_vnread and their like): which files can
 * be watched, and whether an event is due. Asked with kq_lock held, under the spinlock of what is watched; a
 * file of a file system also under the lock of its vnode, which guards how far it has been read.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { DTYPE_PIPE, DTYPE_SOCKET, F, FREAD, FWRITE } from '@smplab/proc';
import { calls, CG } from '../call/call-globals.ts';
import { atOffset } from '../call/vn-file.ts';
import { V, VREG } from '../vnode/vnode-layout.ts';
import { knote_settle } from './knote.ts';
import { EV_CLEAR, EV_EOF, EV_ONESHOT, EVFILT_READ, KN } from './kqueue-layout.ts';
import { PI, PIPE_BUF } from './pipe-layout.ts';
import { RB, ringCount, ringSpace } from './ring.ts';
import {
  DGRAM_HEADER,
  SO,
  SOCK_DGRAM,
  SP,
  SS_CANTRCVMORE,
  SS_CANTSENDMORE,
  SS_OPEN,
} from './socket-layout.ts';

/** An event that is due. */
export interface Due {
  readonly data: number;
  readonly fflags: number;
  /** EV_EOF, EV_ONESHOT: besides those of the knote. */
  readonly flags: number;
}

/** Says where knotes of a file go: spinlock and list, 0 for one that nothing activates; null for none. */
export function watchOf(k: Context, fp: number, filter: number): { lock: number; list: number } | null {
  const type = k.words[fp + F.f_type];
  const object = k.words[fp + F.f_data];
  const isRead = filter === EVFILT_READ;
  if (type === DTYPE_PIPE) {
    const isOpen = (k.peek(fp + F.f_flag) & (isRead ? FREAD : FWRITE)) !== 0;
    const list = object + (isRead ? PI.pipe_rklist : PI.pipe_wklist);
    return isOpen ? { lock: object + PI.pipe_spin, list } : null;
  }
  if (type === DTYPE_SOCKET) {
    const lock = k.words[object + SO.so_pair] + SP.sp_spin;
    // Room to write is the peer's.
    const list = isRead ? object + SO.so_rklist : k.words[object + SO.so_peer] + SO.so_wklist;
    return { lock, list };
  }
  if (k.words[fp + F.f_ops] !== k.words[calls(k) + CG.cg_fileops]) return null;
  if (k.peek(object + V.v_type) !== VREG) return null;
  return isRead ? { lock: object + V.v_interlock, list: object + V.v_klist } : { lock: 0, list: 0 };
}

/** Whether the event of a knote of a file is due, which settles whether it stays active. */
export function* fileEvent(k: Context, kn: number): Steps<Due | null> {
  const fp = k.words[kn + KN.kn_fp];
  const type = k.words[fp + F.f_type];
  const isRead = k.words[kn + KN.kn_filter] === EVFILT_READ;
  if (type === DTYPE_PIPE) return yield* settled(k, kn, isRead ? filt_piperead : filt_pipewrite);
  if (type === DTYPE_SOCKET) return yield* settled(k, kn, isRead ? filt_soread : filt_sowrite);
  if (isRead) return yield* atOffset(k, fp, () => settled(k, kn, filt_vnread));
  return yield* settled(k, kn, filt_seltrue);
}

type Filter = (k: Context, fp: number) => Due | null;

function* settled(k: Context, kn: number, filter: Filter): Steps<Due | null> {
  const lock = k.words[kn + KN.kn_lock];
  if (lock !== 0) yield* spin_lock(k, lock);
  const due = filter(k, k.words[kn + KN.kn_fp]);
  const isLevel = (k.get(kn + KN.kn_flags) & (EV_CLEAR | EV_ONESHOT)) === 0;
  yield* knote_settle(k, kn, due !== null && isLevel);
  if (lock !== 0) yield* spin_unlock(k, lock);
  return due;
}

function due(data: number, isEnd = false, error = 0): Due {
  return { data, fflags: error, flags: isEnd ? EV_EOF : 0 };
}

function filt_piperead(k: Context, fp: number): Due | null {
  const pipe = k.words[fp + F.f_data];
  const count = ringCount(k, pipe + PI.pipe_ring);
  const isEnd = (k.get(pipe + PI.pipe_state) & FWRITE) === 0;
  return count > 0 || isEnd ? due(count, isEnd) : null;
}

function filt_pipewrite(k: Context, fp: number): Due | null {
  const pipe = k.words[fp + F.f_data];
  const ring = pipe + PI.pipe_ring;
  if ((k.get(pipe + PI.pipe_state) & FREAD) === 0) return due(0, true);
  const space = ringSpace(k, ring);
  return space >= Math.min(PIPE_BUF, k.words[ring + RB.rb_size]) ? due(space) : null;
}

function filt_soread(k: Context, fp: number): Due | null {
  const so = k.words[fp + F.f_data];
  const isEnd = (k.get(so + SO.so_state) & SS_CANTRCVMORE) !== 0;
  const error = k.get(so + SO.so_error);
  const isDue = ringCount(k, so + SO.so_rcv) > 0 || isEnd || error !== 0;
  return isDue ? due(k.get(so + SO.so_cc), isEnd, error) : null;
}

function filt_sowrite(k: Context, fp: number): Due | null {
  const so = k.words[fp + F.f_data];
  const peer = k.words[so + SO.so_peer];
  const error = k.get(so + SO.so_error);
  const theirs = k.get(peer + SO.so_state);
  const isOver = (theirs & SS_OPEN) === 0 || (theirs & SS_CANTRCVMORE) !== 0;
  if (isOver || (k.get(so + SO.so_state) & SS_CANTSENDMORE) !== 0) return due(0, true, error);
  const isDatagram = k.words[k.words[so + SO.so_pair] + SP.sp_type] === SOCK_DGRAM;
  const space = ringSpace(k, peer + SO.so_rcv) - (isDatagram ? DGRAM_HEADER : 0);
  return space > 0 || error !== 0 ? due(Math.max(space, 0), false, error) : null;
}

/** Bytes from where the file is to its end; negative beyond it. */
function filt_vnread(k: Context, fp: number): Due | null {
  const left = k.peek(k.words[fp + F.f_data] + V.v_size) - k.get(fp + F.f_offset);
  return left !== 0 ? due(left) : null;
}

/** A file takes whatever is written. */
function filt_seltrue(): Due {
  return due(0);
}
