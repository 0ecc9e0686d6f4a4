/**
 * Owns the layout of a snapshot: a list of records in kernel memory, one for each node of a tree, directories
 * before what is in them. A snapshot is its maker's own until it is handed to the host; guards: a = atomic.
 *
 *     head --> snapnode --sn_next--> snapnode --> ... --> 0
 *              sn_path bytes of the path from the top, then sn_length bytes of contents (SN_BYTES)
 */
import { atomic, int32, pointer, struct } from '@smplab/kmem';

export const M_PFSSNAP = 'pfssnap';

export const Snapnode = struct('snapnode', {
  sn_next: pointer('snapnode'),
  /** VDIR, VREG or VLNK. */
  sn_kind: int32,
  sn_mode: int32,
  /** Bytes of the path and of the contents: the text of a file, the target of a link. */
  sn_path: int32,
  sn_length: int32,
});

/** Word offsets. */
export const SN = Snapnode.offsets;
/** Where the bytes begin. */
export const SN_BYTES = Snapnode.size;

/** Symbol `procfs_export`: how snapshots get to the host. */
export const ProcfsExport = struct('procfs_export', {
  /** Ticks between two snapshots; 0: nobody wants any. Constant. */
  px_period: int32,
  /** 1: the thread that takes them has been made. */
  px_started: atomic(int32),
  /** SNAPSHOT_FULL: the host may read px_head, and nobody else touches it, until it says SNAPSHOT_EMPTY. */
  px_state: atomic(int32),
  px_head: atomic(pointer('snapnode')),
  /** Snapshots that were taken, tries that did not last, and the last error. */
  px_taken: atomic(int32),
  px_tries: atomic(int32),
  px_error: atomic(int32),
});

/** Word offsets. */
export const PX = ProcfsExport.offsets;

export const SNAPSHOT_EMPTY = 0;
export const SNAPSHOT_FULL = 1;
