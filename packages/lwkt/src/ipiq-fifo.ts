/**
 * Owns the layout of a message queue from one CPU to another (sys/sys/thread.h, struct lwkt_ipiq): a ring of
 * MAXCPUFIFO entries. One side writes each index, so no lock guards it.
 *
 *     ip_windex  written by the source only, after the entry
 *     ip_rindex  written by the target only, after it copied the entry
 *     ip_xindex  written by the target only, after the function has returned
 *     ip_drain   1: the source waits for room and cannot be kept waiting
 *
 *         xindex <= rindex <= windex <= rindex + MAXCPUFIFO        (indices count for ever, modulo 2^32)
 */
import { array, atomic, int32, nested, struct } from '@smplab/kmem';

export const MAXCPUFIFO = 32;
export const MAXCPUFIFO_MASK = MAXCPUFIFO - 1;

/** One message: the number of a registered function and two words. */
export const IpiqEntry = struct('lwkt_ipiq_entry', { func: int32, arg1: int32, arg2: int32 });

export const Ipiq = struct('lwkt_ipiq', {
  ip_windex: atomic(int32),
  ip_rindex: atomic(int32),
  ip_xindex: atomic(int32),
  ip_drain: atomic(int32),
  ip_info: array(nested(IpiqEntry), MAXCPUFIFO),
});

export const IP = Ipiq.offsets;
