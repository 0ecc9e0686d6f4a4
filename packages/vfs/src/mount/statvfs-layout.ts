/**
 * Owns the layout of what a file system tells of itself (struct statvfs of NetBSD sys/sys/statvfs.h): filled
 * in by VFS_STATVFS in a block of the thread that asks. Pure data.
 */
import { int32, struct } from '@smplab/kmem';

export const Statvfs = struct('statvfs', {
  /** Copy of the flags of the mount. */
  f_flag: int32,
  /** Bytes of a block, of a fragment (in which blocks are counted), and of a good transfer. */
  f_bsize: int32,
  f_frsize: int32,
  f_iosize: int32,
  f_blocks: int32,
  f_bfree: int32,
  f_bavail: int32,
  f_bresvd: int32,
  f_files: int32,
  f_ffree: int32,
  f_favail: int32,
  f_fresvd: int32,
  f_fsid: int32,
  f_namemax: int32,
});

/** Word offsets. */
export const SV = Statvfs.offsets;
