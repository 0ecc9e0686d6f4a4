/**
 * Owns socketpair(2) and shutdown(2) (NetBSD sys/kern/uipc_syscalls.c), and the row of operations of sockets.
 * Runs in the thread of the call. Guards: fd_spin for the descriptors, sp_spin for what shutdown ends.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  type Registry,
  spin_init,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import {
  bootFileops,
  callResult,
  closef,
  DTYPE_SOCKET,
  EINVAL,
  ENOTCONN,
  F,
  fmake,
  FNONBLOCK,
  FNOSIGPIPE,
  FREAD,
  FWRITE,
  holdfp,
  kmalloc,
  UF_EXCLOSE,
} from '@smplab/proc';
import { EAFNOSUPPORT, ENOTSOCK, EPROTONOSUPPORT, EPROTOTYPE } from '../errno.ts';
import { M_SOCKET } from '../malloc-types.ts';
import { bootDescriptorGlobals, type DescriptorOptions, descriptors, DG } from './descriptor-globals.ts';
import { type PairResult, publishPair, reservePair } from './pair.ts';
import { ringInit, ringWords } from './ring.ts';
import { socantmore, soo_close, soo_ioctl, soo_read, soo_write, sorflush } from './socket.ts';
import {
  AF_LOCAL,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_NOSIGPIPE,
  SOCK_STREAM,
  SOCKET_SIZE,
  SocketPair,
  SP,
  SS_CANTRCVMORE,
  SS_CANTSENDMORE,
  SS_OPEN,
} from './socket-layout.ts';

const FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK | SOCK_NOSIGPIPE;

/** Lays out the operations of sockets, while the machine boots. */
export function bootSockets(
  kernel: Kernel,
  g: number,
  { socketBytes = SOCKET_SIZE }: DescriptorOptions = {},
): void {
  const dg = bootDescriptorGlobals(kernel, g);
  kernel.words[dg + DG.dg_socketsize] = socketBytes;
  kernel.words[dg + DG.dg_socketops] = bootFileops(kernel, {
    read: functionNumber('soo_read'),
    write: functionNumber('soo_write'),
    ioctl: functionNumber('soo_ioctl'),
    close: functionNumber('soo_close'),
  });
}

/** Makes them known to a realm. */
export function registerSockets(registry: Registry): void {
  registry.register('soo_read', soo_read);
  registry.register('soo_write', soo_write);
  registry.register('soo_ioctl', soo_ioctl);
  registry.register('soo_close', soo_close);
}

/** Two local sockets that are connected: 0 or the negative errno. `type` may carry SOCK_CLOEXEC and such. */
export function* sys_socketpair(
  k: Context,
  domain: number,
  type: number,
  protocol: number,
  result: PairResult,
): Steps<number> {
  const kind = type & ~FLAGS;
  const isKnown = kind === SOCK_STREAM || kind === SOCK_DGRAM;
  if (domain !== AF_LOCAL) return -EAFNOSUPPORT;
  if (!isKnown || protocol !== 0) return protocol === 0 ? -EPROTOTYPE : -EPROTONOSUPPORT;
  const error = yield* reservePair(k, result);
  if (error !== 0) return error;
  const nonblock = (type & SOCK_NONBLOCK) === 0 ? 0 : FNONBLOCK;
  const files = yield* socket_files(k, kind, nonblock | ((type & SOCK_NOSIGPIPE) === 0 ? 0 : FNOSIGPIPE));
  yield* publishPair(k, result, files, (type & SOCK_CLOEXEC) === 0 ? 0 : UF_EXCLOSE);
  return 0;
}

/** The two files of a pair, with one reference each. */
export function* socket_files(k: Context, type: number, modes: number): Steps<readonly [number, number]> {
  const dg = descriptors(k);
  const size = k.words[dg + DG.dg_socketsize];
  const pair = yield* kmalloc(k, M_SOCKET, SocketPair.size + 2 * ringWords(size));
  spin_init(k, pair + SP.sp_spin, 'socket');
  k.words[pair + SP.sp_type] = type;
  const [one, other] = [pair + SP.sp_one, pair + SP.sp_other];
  initSocket(k, one, other, pair, pair + SocketPair.size, size);
  initSocket(k, other, one, pair, pair + SocketPair.size + ringWords(size), size);
  const ops = k.words[dg + DG.dg_socketops];
  const fp = yield* fmake(k, DTYPE_SOCKET, FREAD | FWRITE | modes, ops);
  k.words[fp + F.f_data] = one;
  const peer = yield* fmake(k, DTYPE_SOCKET, FREAD | FWRITE | modes, ops);
  k.words[peer + F.f_data] = other;
  return [fp, peer];
}

function initSocket(k: Context, so: number, peer: number, pair: number, data: number, size: number): void {
  k.words[so + SO.so_pair] = pair;
  k.words[so + SO.so_peer] = peer;
  k.words[so + SO.so_state] = SS_OPEN;
  ringInit(k, so + SO.so_rcv, data, size);
}

/** shutdown: ends reading, writing or both; 0 or the negative errno. */
export function* sys_shutdown(k: Context, fd: number, how: number): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const isSocket = k.words[fp + F.f_type] === DTYPE_SOCKET;
  const error = isSocket ? yield* shutdownFile(k, fp, how) : ENOTSOCK;
  yield* closef(k, fp);
  return callResult(error);
}

/** The same for a file that the caller holds: 0 or an errno. */
export function* shutdownFile(k: Context, fp: number, how: number): Steps<number> {
  if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) return EINVAL;
  const so = k.get(fp + F.f_data);
  const peer = k.words[so + SO.so_peer];
  const pair = k.words[so + SO.so_pair];
  yield* spin_lock(k, pair + SP.sp_spin);
  const isConnected = (k.get(peer + SO.so_state) & SS_OPEN) !== 0;
  if (isConnected && how !== SHUT_WR) {
    sorflush(k, so);
    yield* socantmore(k, so, SS_CANTRCVMORE);
  }
  if (isConnected && how !== SHUT_RD) {
    yield* socantmore(k, so, SS_CANTSENDMORE);
    if (k.words[pair + SP.sp_type] === SOCK_STREAM) yield* socantmore(k, peer, SS_CANTRCVMORE);
  }
  yield* spin_unlock(k, pair + SP.sp_spin);
  return isConnected ? 0 : ENOTCONN;
}
