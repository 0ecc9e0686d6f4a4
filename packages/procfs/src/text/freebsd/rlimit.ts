/**
 * Owns /proc/N/rlimit of FreeBSD (procfs_dorlimit of procfs_rlimit.c): name, current and maximum limit, -1
 * for none. The kernel of 2001 knew ten of them (rlimit_ident). Runs in the thread that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import type { Reading } from '../reading.ts';
import { resourceLimits } from '../resource-limits.ts';

const NAMES = ['cpu', 'fsize', 'data', 'stack', 'core', 'rss', 'memlock', 'nproc', 'nofile', 'sbsize'];

export function* procfs_dorlimit(k: Context, { p }: Reading): Steps<string> {
  const limits = yield* resourceLimits(k, p);
  return NAMES.map((name, which) => `${name} ${limits[which].soft ?? -1} ${limits[which].hard ?? -1}\n`).join(
    '',
  );
}
