/**
 * Owns open files (struct file): made, held and given back. The last reference closes what the file stands for.
 * Runs in any thread. Guards: f_count and f_flag are atomic, everything else is set before the file can be
 * found.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_FILE } from '../malloc-types.ts';
import { F, File } from './filedesc-layout.ts';
import { fo_close } from './file-ops.ts';
import { cache_drop } from './nchandle.ts';

/** A file with one reference that nobody can find yet. */
export function* fmake(k: Context, type: number, flag: number, ops: number): Steps<number> {
  const fp = yield* kmalloc(k, M_FILE, File.size);
  const { words } = k;
  words[fp + F.f_count] = 1;
  words[fp + F.f_type] = type;
  words[fp + F.f_flag] = flag;
  words[fp + F.f_ops] = ops;
  return fp;
}

/** One more reference, for who has one or holds the fd_spin of a table it is in. */
export function* fhold(k: Context, fp: number): Steps {
  const before = yield* k.fetchadd(fp + F.f_count, 1);
  if (before < 1) k.panic(`fhold: f_count was ${before}`);
}

/** Gives a reference back (fdrop, closef): the errno of the close if it was the last. */
export function* closef(k: Context, fp: number): Steps<number> {
  const before = yield* k.fetchadd(fp + F.f_count, -1);
  if (before < 1) k.panic(`closef: f_count was ${before}`);
  return before > 1 ? 0 : yield* finish(k, fp);
}

function* finish(k: Context, fp: number): Steps<number> {
  const error = yield* fo_close(k, fp);
  yield* fdiscard(k, fp);
  return error;
}

/** Frees a file that was never opened, or has been closed. */
export function* fdiscard(k: Context, fp: number): Steps {
  const nch = k.get(fp + F.f_nch);
  if (nch !== 0) yield* cache_drop(k, nch);
  yield* kfree(k, M_FILE, fp);
}
