/**
 * Owns note and notepg (procfs_donote): a text for a process or its group, which nobody has ever delivered.
 * Run by the thread that writes.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, EOPNOTSUPP } from '@smplab/proc';
import { takeMessage } from './text-message.ts';
import type { Transfer } from './transfer.ts';

/** PROCFS_NOTELEN. */
const NOTE_BYTES = 64;

export function* procfs_donote(k: Context, { uio, isWrite }: Transfer): Steps<number> {
  if (!isWrite) return EINVAL;
  const message = takeMessage(k, uio, NOTE_BYTES);
  return typeof message === 'number' ? message : EOPNOTSUPP;
}
