/**
 * Owns the layout of pipes (struct pipe, NetBSD sys/pipe.h): one block for both ends, the bytes behind it.
 * One direction only, as pipe(2) promises; each end is an open file. The end that is closed last frees it.
 *
 *     file FREAD --f_data--> pipe [ spin | state | ring -> bytes ... ] <--f_data-- file FWRITE
 */
import { guardedBy, int32, nested, struct } from '@smplab/kmem';
import { Spinlock } from '@smplab/lwkt';
import { Ring } from './ring.ts';

export const Pipe = struct('pipe', {
  pipe_spin: nested(Spinlock),
  pipe_state: guardedBy('pipe_spin', int32),
  pipe_ring: nested(Ring),
  /** Knotes that wait for bytes, and for room. */
  pipe_rklist: guardedBy('pipe_spin', int32),
  pipe_wklist: guardedBy('pipe_spin', int32),
  /** Idents only: sleepers that wait for bytes, and those that wait for room. */
  pipe_rcv: int32,
  pipe_wcv: int32,
});

/** Word offsets. */
export const PI = Pipe.offsets;

/** pipe_state: an end is open, by the f_flag of its file (FREAD, FWRITE). */
export const PIPE_ENDS = 3;
/** Somebody sleeps for bytes, or for room. */
export const PIPE_WANTR = 4;
export const PIPE_WANTW = 8;

/** Writes of so many bytes or fewer are not mixed with others (sys/syslimits.h). */
export const PIPE_BUF = 512;
/** Bytes that wait in a pipe at most (sys/pipe.h). */
export const PIPE_SIZE = 16_384;

/** Bytes in the pipe or socket, and room in it (sys/filio.h). */
export const FIONREAD = 0x4004667f;
export const FIONWRITE = 0x40046679;
export const FIONSPACE = 0x40046678;
