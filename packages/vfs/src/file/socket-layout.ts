/**
 * Owns the layout of socket pairs (NetBSD sys/socketvar.h and sys/unpcb.h, for two local sockets that know
 * each other from the start): one block for both, what waits to be read behind it. The socket whose close is
 * the last frees it.
 *
 *     file --f_data--> socket --so_peer--> socket <--f_data-- file        both nested in one socket_pair
 *                      so_rcv: what the peer has sent; a datagram is 4 bytes of length and the bytes
 */
import { guardedBy, int32, nested, pointer, struct } from '@smplab/kmem';
import { Spinlock } from '@smplab/lwkt';
import { Ring } from './ring.ts';

export const Socket = struct('socket', {
  /** Constant: the block, and the other socket in it. */
  so_pair: pointer('socket_pair'),
  so_peer: pointer('socket'),
  so_state: guardedBy('sp_spin', int32),
  /** Given to the next call that asks, once. */
  so_error: guardedBy('sp_spin', int32),
  so_rcv: nested(Ring),
  /** Bytes to be read: those in so_rcv without the lengths of datagrams. */
  so_cc: guardedBy('sp_spin', int32),
  /** Knotes that wait for something in so_rcv; those of the peer that wait for room in it. */
  so_rklist: guardedBy('sp_spin', int32),
  so_wklist: guardedBy('sp_spin', int32),
  /** Idents only: who waits for something in so_rcv, and which writers of the peer wait for room in it. */
  so_rwait: int32,
  so_wwait: int32,
});

/** Word offsets. */
export const SO = Socket.offsets;

export const SocketPair = struct('socket_pair', {
  sp_spin: nested(Spinlock),
  /** SOCK_STREAM or SOCK_DGRAM: constant. */
  sp_type: int32,
  sp_one: nested(Socket),
  sp_other: nested(Socket),
});

/** Word offsets. */
export const SP = SocketPair.offsets;

/** so_state: its file is open; it gets nothing more; it can send nothing more. */
export const SS_OPEN = 1;
export const SS_CANTRCVMORE = 2;
export const SS_CANTSENDMORE = 4;
/** Somebody sleeps on so_rwait, or on so_wwait. */
export const SS_WANTR = 8;
export const SS_WANTW = 16;

/** Bytes that wait at one socket at most (PIPSIZ of uipc_usrreq.c); fewer than a uio carries. */
export const SOCKET_SIZE = 8192;
/** Bytes of the length of a datagram. */
export const DGRAM_HEADER = 4;

export const AF_LOCAL = 1;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
/** Flags in the type (sys/socket.h). */
export const SOCK_CLOEXEC = 0x10000000;
export const SOCK_NONBLOCK = 0x20000000;
export const SOCK_NOSIGPIPE = 0x40000000;

/** What shutdown ends. */
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;
