/**
 * Owns the contents of files in memory: bytes in one block of words for each file, which grows by doubling.
 * Everything here is called with rm_lock of the mount held exclusively. What a file has grown over without
 * being written reads as zeroes.
 */
import { readBytes, writeBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { kfree, kmalloc } from '@smplab/proc';
import { EFBIG, ENOSPC } from '../errno.ts';
import { M_RAMFS } from '../malloc-types.ts';
import { RM, RN } from './ramfs-layout.ts';

/** Bytes of a file, at most. */
export const RAMFS_FILEMAX = 1 << 20;

const FIRST_WORDS = 8;

/** The bytes of [offset, offset + count) that the file has. */
export function ramdata_read(k: Context, node: number, offset: number, count: number): Uint8Array {
  const end = Math.min(k.get(node + RN.rn_size), offset + count);
  if (end <= offset) return new Uint8Array(0);
  return readBytes(k.kernel.memory, k.get(node + RN.rn_data), end - offset, offset);
}

/** Puts bytes into the file, which grows if need be; 0, EFBIG or ENOSPC, and then nothing has changed. */
export function* ramdata_write(k: Context, node: number, offset: number, bytes: Uint8Array): Steps<number> {
  const end = offset + bytes.length;
  if (bytes.length === 0) return 0;
  if (end > k.get(node + RN.rn_size)) {
    const error = yield* ramdata_resize(k, node, end);
    if (error !== 0) return error;
  }
  writeBytes(k.kernel.memory, k.get(node + RN.rn_data), bytes, offset);
  return 0;
}

/** Makes the file that long; 0, EFBIG or ENOSPC. */
export function* ramdata_resize(k: Context, node: number, size: number): Steps<number> {
  if (size > RAMFS_FILEMAX) return EFBIG;
  const before = k.get(node + RN.rn_size);
  if (size > before) {
    const error = yield* reserve(k, node, (size + 3) >> 2);
    if (error !== 0) return error;
  } else if (size < before) {
    // What comes back when the file grows again is empty.
    writeBytes(k.kernel.memory, k.get(node + RN.rn_data), new Uint8Array(before - size), size);
  }
  k.set(node + RN.rn_size, size);
  return 0;
}

/** A block of so many words at least; the old contents are in it. */
function* reserve(k: Context, node: number, words: number): Steps<number> {
  const before = k.get(node + RN.rn_datawords);
  if (words <= before) return 0;
  const fs = k.get(node + RN.rn_fs);
  const room = k.words[fs + RM.rm_wordsmax] - k.get(fs + RM.rm_words);
  if (words - before > room) return ENOSPC;
  const wanted = Math.min(Math.max(words, 2 * before, FIRST_WORDS), before + room);
  const data = yield* kmalloc(k, M_RAMFS, wanted);
  const old = k.get(node + RN.rn_data);
  if (before > 0) k.copy(data, old, before);
  k.set(node + RN.rn_data, data);
  k.set(node + RN.rn_datawords, wanted);
  k.set(fs + RM.rm_words, k.get(fs + RM.rm_words) + wanted - before);
  if (old !== 0) yield* kfree(k, M_RAMFS, old);
  return 0;
}
