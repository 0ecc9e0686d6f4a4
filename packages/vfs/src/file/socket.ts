/**
 * Owns the operations of connected local sockets (NetBSD sys/kern/uipc_socket.c and uipc_usrreq.c), streams
 * and datagrams, without addresses, control messages and out-of-band data. Run in the thread of the call,
 * which holds the file, so that the pair is there. Guards: sp_spin, for both sockets of a pair; bytes are
 * copied under it. Writers to one stream may be mixed byte by byte; datagrams are whole.
 *
 * A sleeper says so (SS_WANTR, SS_WANTW) under sp_spin together with its interlock; whoever changes what it
 * waits for wakes it only then.
 */
import {
  type Context,
  PCATCH,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { EAGAIN, ENOTTY, EPIPE, F, FIOASYNC, FIONBIO, FNONBLOCK, kfree, uioResid } from '@smplab/proc';
import { ECONNRESET, EDESTADDRREQ, EMSGSIZE, ENOBUFS } from '../errno.ts';
import { M_SOCKET } from '../malloc-types.ts';
import { knote } from './knote.ts';
import { FIONREAD } from './pipe-layout.ts';
import { RB, ringCount, ringFrom, ringPut, ringSpace, ringTake, ringTo } from './ring.ts';
import {
  DGRAM_HEADER,
  SO,
  SOCK_DGRAM,
  SP,
  SS_CANTRCVMORE,
  SS_CANTSENDMORE,
  SS_OPEN,
  SS_WANTR,
  SS_WANTW,
} from './socket-layout.ts';

/** Given by `trySend` and `tryReceive` when there is no room, or nothing, yet. */
const WAIT = -1;

function isDatagram(k: Context, so: number): boolean {
  return k.words[k.words[so + SO.so_pair] + SP.sp_type] === SOCK_DGRAM;
}

function lockOf(k: Context, so: number): number {
  return k.words[so + SO.so_pair] + SP.sp_spin;
}

/** read: a part of the stream, or one datagram, whose rest is lost if it is longer. */
export function* soo_read(k: Context, fp: number, uio: number): Steps<number> {
  const so = k.get(fp + F.f_data);
  if (uioResid(k, uio) === 0) return 0;
  for (;;) {
    yield* spin_lock(k, lockOf(k, so));
    const error = tryReceive(k, so, uio);
    if (error !== WAIT) {
      yield* sowakeup(k, so, SS_WANTW, SO.so_wwait);
      yield* spin_unlock(k, lockOf(k, so));
      return error;
    }
    const failed = yield* unlockAndWait(k, fp, so, SS_WANTR, SO.so_rwait, 'netio');
    if (failed !== 0) return failed;
  }
}

/** write: the stream waits for room; a datagram goes at once or not at all. */
export function* soo_write(k: Context, fp: number, uio: number): Steps<number> {
  const so = k.get(fp + F.f_data);
  const peer = k.words[so + SO.so_peer];
  for (;;) {
    yield* spin_lock(k, lockOf(k, so));
    const error = trySend(k, so, peer, uio);
    if (error !== WAIT) {
      yield* sowakeup(k, peer, SS_WANTR, SO.so_rwait);
      yield* spin_unlock(k, lockOf(k, so));
      if (error !== 0 || uioResid(k, uio) === 0) return error;
      continue;
    }
    const failed = yield* unlockAndWait(k, fp, peer, SS_WANTW, SO.so_wwait, 'netio');
    if (failed !== 0) return failed;
  }
}

/** Under sp_spin, as soreceive: 0 (also at the end), the errno that is due, or WAIT. */
function tryReceive(k: Context, so: number, uio: number): number {
  const ring = so + SO.so_rcv;
  if (ringCount(k, ring) > 0) {
    const before = ringCount(k, ring);
    const length = isDatagram(k, so) ? lengthOf(ringTake(k, ring, DGRAM_HEADER)) : before;
    const taken = Math.min(length, uioResid(k, uio));
    ringTo(k, ring, uio, taken);
    if (isDatagram(k, so)) ringTake(k, ring, length - taken);
    k.set(so + SO.so_cc, k.get(so + SO.so_cc) - (isDatagram(k, so) ? length : taken));
    return 0;
  }
  const error = takeError(k, so);
  if (error !== 0) return error;
  return (k.get(so + SO.so_state) & SS_CANTRCVMORE) !== 0 ? 0 : WAIT;
}

/** Under sp_spin, as sosend: 0 when something went, the errno that is due, or WAIT. */
function trySend(k: Context, so: number, peer: number, uio: number): number {
  if ((k.get(so + SO.so_state) & SS_CANTSENDMORE) !== 0) return EPIPE;
  const error = takeError(k, so);
  if (error !== 0) return error;
  const theirs = k.get(peer + SO.so_state);
  // Of a stream whose peer is closed nothing comes here.
  if ((theirs & SS_OPEN) === 0) return EDESTADDRREQ;
  if ((theirs & SS_CANTRCVMORE) !== 0) return EPIPE;
  const ring = peer + SO.so_rcv;
  const count = uioResid(k, uio);
  if (isDatagram(k, so)) {
    if (count + DGRAM_HEADER > k.words[ring + RB.rb_size]) return EMSGSIZE;
    if (count + DGRAM_HEADER > ringSpace(k, ring)) return ENOBUFS;
    ringPut(k, ring, new Uint8Array(Int32Array.of(count).buffer));
  } else if (count > 0 && ringSpace(k, ring) === 0) return WAIT;
  const sent = Math.min(count, ringSpace(k, ring));
  ringFrom(k, ring, uio, sent);
  k.set(peer + SO.so_cc, k.get(peer + SO.so_cc) + sent);
  return 0;
}

function lengthOf(header: Uint8Array): number {
  return new Int32Array(header.buffer)[0] ?? 0;
}

function takeError(k: Context, so: number): number {
  const error = k.get(so + SO.so_error);
  if (error !== 0) k.set(so + SO.so_error, 0);
  return error;
}

/** Under sp_spin: wakes who said that it sleeps there. */
function* sowakeup(k: Context, so: number, want: number, ident: number): Steps {
  yield* knote(k, so + (want === SS_WANTR ? SO.so_rklist : SO.so_wklist));
  const state = k.get(so + SO.so_state);
  if ((state & want) === 0) return;
  k.set(so + SO.so_state, state & ~want);
  yield* wakeup(k, so + ident);
}

/** Gives sp_spin back and sleeps until something has changed: 0, EAGAIN, EINTR or ERESTART. */
function* unlockAndWait(
  k: Context,
  fp: number,
  so: number,
  want: number,
  ident: number,
  wmesg: string,
): Steps<number> {
  if ((k.peek(fp + F.f_flag) & FNONBLOCK) !== 0) {
    yield* spin_unlock(k, lockOf(k, so));
    return EAGAIN;
  }
  k.set(so + SO.so_state, k.get(so + SO.so_state) | want);
  yield* tsleep_interlock(k, so + ident);
  yield* spin_unlock(k, lockOf(k, so));
  return yield* tsleep(k, so + ident, PCATCH | PINTERLOCKED, wmesg);
}

/** Under sp_spin: nothing more comes to this socket, or nothing more goes from it. */
export function* socantmore(k: Context, so: number, what: number): Steps {
  k.set(so + SO.so_state, k.get(so + SO.so_state) | what);
  if ((what & SS_CANTRCVMORE) !== 0) {
    yield* sowakeup(k, so, SS_WANTR, SO.so_rwait);
    yield* sowakeup(k, so, SS_WANTW, SO.so_wwait);
  }
  // Its own writers wait for room at the peer.
  if ((what & SS_CANTSENDMORE) !== 0) yield* sowakeup(k, k.words[so + SO.so_peer], SS_WANTW, SO.so_wwait);
}

/** Under sp_spin: what has come and was not read is lost (sorflush). */
export function sorflush(k: Context, so: number): void {
  ringTake(k, so + SO.so_rcv, ringCount(k, so + SO.so_rcv));
  k.set(so + SO.so_cc, 0);
}

/** Modes of the file, and bytes to be read. SIGIO is not sent: FIOASYNC is no mode. */
export function* soo_ioctl(k: Context, fp: number, cmd: number, block: number): Steps<number> {
  if (cmd === FIONBIO) return 0;
  if (cmd === FIOASYNC) return k.words[block] === 0 ? 0 : ENOTTY;
  if (cmd !== FIONREAD) return ENOTTY;
  const so = k.get(fp + F.f_data);
  yield* spin_lock(k, lockOf(k, so));
  k.words[block] = k.get(so + SO.so_cc);
  yield* spin_unlock(k, lockOf(k, so));
  return 0;
}

/** A stream's peer is at its end (soisdisconnected); a datagram socket is told (unp_drop: ECONNRESET). */
export function* soo_close(k: Context, fp: number): Steps<number> {
  const so = k.get(fp + F.f_data);
  const peer = k.words[so + SO.so_peer];
  const pair = k.words[so + SO.so_pair];
  yield* spin_lock(k, pair + SP.sp_spin);
  k.set(so + SO.so_state, k.get(so + SO.so_state) & ~SS_OPEN);
  const isLast = (k.get(peer + SO.so_state) & SS_OPEN) === 0;
  if (!isLast && isDatagram(k, so)) {
    k.set(peer + SO.so_error, ECONNRESET);
    yield* sowakeup(k, peer, SS_WANTR, SO.so_rwait);
    yield* sowakeup(k, so, SS_WANTW, SO.so_wwait);
  } else if (!isLast) yield* socantmore(k, peer, SS_CANTRCVMORE | SS_CANTSENDMORE);
  yield* spin_unlock(k, pair + SP.sp_spin);
  if (isLast) yield* kfree(k, M_SOCKET, pair);
  return 0;
}
