/**
 * Owns the layout of descriptor tables, open files and path objects (sys/sys/filedesc.h, file.h,
 * namecache.h). Operation tables are numbers, which each realm turns into functions; `vfs` adds further
 * kinds. Guards: fd = fd_spin of the table, a = atomic, c = constant.
 *
 *     proc --p_fd--> filedesc --fd_files--> [ fp | fileflags | fp | fileflags ... ]  fp --f_data--> tty ...
 */
import { atomic, bytes, guardedBy, int32, listEntry, nested, pointer, struct } from '@smplab/kmem';
import { Spinlock } from '@smplab/lwkt';

export const Filedesc = struct('filedesc', {
  fd_refcnt: atomic(int32),
  fd_spin: nested(Spinlock),
  fd_files: guardedBy('fd_spin', pointer('fdnode')),
  fd_nfiles: guardedBy('fd_spin', int32),
  /** Held path objects: current, root and jail directory. */
  fd_ncdir: guardedBy('fd_spin', pointer('nchandle')),
  fd_nrdir: guardedBy('fd_spin', pointer('nchandle')),
  fd_njdir: guardedBy('fd_spin', pointer('nchandle')),
  fd_cmask: guardedBy('fd_spin', int32),
});

/** Word offsets. */
export const FD = Filedesc.offsets;

/** Words of an entry of fd_files: the file, and its flags. */
export const FDNODE_WORDS = 2;
export const FDNODE_FP = 0;
export const FDNODE_FLAGS = 1;
/** Close on exec. */
export const UF_EXCLOSE = 1;

export const FREAD = 1;
export const FWRITE = 2;
export const FNONBLOCK = 4;
export const FASYNC = 0x40;

/** f_type. */
export const DTYPE_VNODE = 1;
export const DTYPE_DEVICE = 9;

export const File = struct('file', {
  f_count: atomic(int32),
  f_type: int32,
  f_flag: atomic(int32),
  /** Number of the operation table. */
  f_ops: int32,
  f_data: int32,
  f_offset: int32,
});

/** Word offsets. */
export const F = File.offsets;

const PATH_BYTES = 64;

/** A path object: what lookup gave, held by count. A name cache of `vfs` takes its place later. */
export const Nchandle = struct('nchandle', {
  nc_refs: atomic(int32),
  nc_type: int32,
  /** What it stands for: number of an image, a device. */
  nc_data: int32,
  nc_mode: int32,
  nc_uid: int32,
  nc_gid: int32,
  nc_parent: pointer('nchandle'),
  nc_list: guardedBy('nc spin', listEntry('nchandle')),
  /** Whole path, UTF-8, with a NUL. */
  nc_path: bytes(PATH_BYTES),
});

/** Word offsets. */
export const NC = Nchandle.offsets;
export const NC_PATH_BYTES = PATH_BYTES;

/** nc_type. */
export const NC_DIRECTORY = 1;
export const NC_IMAGE = 2;
export const NC_DEVICE = 3;
