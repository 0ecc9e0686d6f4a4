/**
 * Owns what I/O on a node that is no text is given: memory, registers, notes, control. It runs in the thread
 * that reads or writes, in a transaction of the mount, with p_reflock of the process shared.
 */
import type { Context, Steps } from '@smplab/lwkt';
import type { Reading } from '../text/reading.ts';

export interface Transfer extends Reading {
  readonly vp: number;
  /** struct uio: uio_offset, uio_resid and the bytes. */
  readonly uio: number;
  readonly isWrite: boolean;
  /** The handler has given p_reflock and the hold back (`wait` of ctl): p is no process any more. */
  isReleased?: boolean;
}

/** 0 or an errno. */
type TransferHandler = (k: Context, at: Transfer) => Steps<number>;

/** Handlers by PFS*. */
export type Transfers = Readonly<Partial<Record<number, TransferHandler>>>;
