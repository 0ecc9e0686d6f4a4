/**
 * Owns a ring of bytes in kernel memory: what pipes and sockets keep between a write and a read. Pure words;
 * runs in any thread that holds the lock of what the ring is part of.
 *
 *     data: [ . . . o o o o o o . . . ]      o: rb_cnt bytes from rb_out on; a new one goes behind them
 */
import { guardedBy, int32, pointer, readBytes, struct, writeBytes } from '@smplab/kmem';
import type { Context } from '@smplab/lwkt';
import { uiomove, uioTake } from '@smplab/proc';

export const Ring = struct('ring', {
  /** Bytes there is room for, and where: constant. */
  rb_size: int32,
  rb_data: pointer('bytes'),
  rb_out: guardedBy('owner', int32),
  rb_cnt: guardedBy('owner', int32),
});

/** Word offsets. */
export const RB = Ring.offsets;

/** Words that so many bytes need. */
export function ringWords(size: number): number {
  return (size + 3) >> 2;
}

/** Prepares an empty ring that nobody else can see yet. */
export function ringInit(k: Context, ring: number, data: number, size: number): void {
  k.words[ring + RB.rb_size] = size;
  k.words[ring + RB.rb_data] = data;
}

/** Bytes in it. */
export function ringCount(k: Context, ring: number): number {
  return k.get(ring + RB.rb_cnt);
}

/** Bytes there is room for. */
export function ringSpace(k: Context, ring: number): number {
  return k.words[ring + RB.rb_size] - k.get(ring + RB.rb_cnt);
}

/** Appends bytes that there is room for. */
export function ringPut(k: Context, ring: number, bytes: Uint8Array): void {
  const size = k.words[ring + RB.rb_size];
  const count = k.get(ring + RB.rb_cnt);
  k.assert(count + bytes.length <= size, 'ringPut: there is room');
  const at = (k.get(ring + RB.rb_out) + count) % size;
  const first = Math.min(bytes.length, size - at);
  const data = k.words[ring + RB.rb_data];
  writeBytes(k.kernel.memory, data, bytes.subarray(0, first), at);
  writeBytes(k.kernel.memory, data, bytes.subarray(first));
  k.set(ring + RB.rb_cnt, count + bytes.length);
}

/** Takes the oldest bytes, `most` of them at most. */
export function ringTake(k: Context, ring: number, most: number): Uint8Array {
  const size = k.words[ring + RB.rb_size];
  const count = k.get(ring + RB.rb_cnt);
  const out = k.get(ring + RB.rb_out);
  const taken = new Uint8Array(Math.min(most, count));
  const first = Math.min(taken.length, size - out);
  const data = k.words[ring + RB.rb_data];
  taken.set(readBytes(k.kernel.memory, data, first, out));
  taken.set(readBytes(k.kernel.memory, data, taken.length - first), first);
  k.set(ring + RB.rb_out, (out + taken.length) % size);
  k.set(ring + RB.rb_cnt, count - taken.length);
  return taken;
}

/** Moves the next bytes of a write in, `most` of them at most. */
export function ringFrom(k: Context, ring: number, uio: number, most: number): void {
  ringPut(k, ring, uioTake(k, uio, most));
}

/** Moves the oldest bytes to a read, `most` of them at most. */
export function ringTo(k: Context, ring: number, uio: number, most: number): void {
  uiomove(k, uio, ringTake(k, ring, most));
}
