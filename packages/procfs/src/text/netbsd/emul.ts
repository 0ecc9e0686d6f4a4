/**
 * Owns /proc/N/emul of NetBSD (procfs_doemul of procfs_subr.c): the name of the emulation, without an end of
 * line. Runs in the thread that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { emulationOf } from '../../node/emulation.ts';
import type { Reading } from '../reading.ts';

export function* procfs_doemul(k: Context, { p }: Reading): Steps<string> {
  return emulationOf(k, p);
}
