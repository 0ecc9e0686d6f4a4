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
/** A write that nobody will read gives EPIPE, and no SIGPIPE (O_NOSIGPIPE of NetBSD). */
export const FNOSIGPIPE = 0x1000000;

/** f_type. */
export const DTYPE_VNODE = 1;
export const DTYPE_SOCKET = 2;
export const DTYPE_PIPE = 3;
export const DTYPE_KQUEUE = 5;
export const DTYPE_DEVICE = 9;

export const File = struct('file', {
  f_count: atomic(int32),
  f_type: int32,
  f_flag: atomic(int32),
  /** Number of the operation table. */
  f_ops: int32,
  f_data: int32,
  /** Credentials of who has opened it, held; 0 for the files of the boot. Constant. */
  f_cred: pointer('ucred'),
  /** Of a terminal: its generation when it was opened. Set before the file can be found. */
  f_offset: int32,
  /** The path object it was opened by, held; 0 for none. */
  f_nch: pointer('nchandle'),
  /** How many knotes of kqueues watch it: whoever takes a descriptor away looks whether there are any. */
  f_knotes: atomic(int32),
});

/** Word offsets. */
export const F = File.offsets;

const PATH_BYTES = 64;

/** A path object: what lookup gave, held by count. A name cache of `vfs` takes its place later. */
export const Nchandle = struct('nchandle', {
  nc_refs: atomic(int32),
  nc_type: int32,
  /** What it stands for: number of an image; for a device the address of its devsw. */
  nc_data: int32,
  nc_mode: int32,
  nc_uid: int32,
  nc_gid: int32,
  nc_parent: pointer('nchandle'),
  /** The vnode it stands for, with a reference to it; 0 for none. Set before anybody can find the object. */
  nc_vnode: int32,
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

/** An entry that a call is about to fill: taken, but nothing to be found there yet. */
export const UF_RESERVED = 0x80;
/** Entries that are part of the block of a table; more are a block of their own. */
export const NDFILE = 4;

/** The device number of /dev/null, and of the controlling terminal of whoever opens it. */
export const DEV_NULL = 0x0202;
export const DEV_CTTY = 0x0100;
/** Those of the terminals, as tty/ttycom.ts has them. */
export const DEV_TTYV0 = 0x0c00;
export const DEV_CONSOLE = 0x0cff;

/** Operations on open files: numbers of registered functions (file-ops.ts). */
export const Fileops = struct('fileops', {
  /** read and write(k, fp, uio), ioctl(k, fp, cmd, block), close(k, fp): each gives an errno. */
  fo_read: int32,
  fo_write: int32,
  fo_ioctl: int32,
  fo_close: int32,
});

/** Word offsets. */
export const FO = Fileops.offsets;

/** What a path object of a device stands for. */
export const Devsw = struct('devsw', {
  d_dev: int32,
  /** open(k, fp, dev, flags), 0 for none. */
  d_open: int32,
  d_ops: pointer('fileops'),
});

/** Word offsets. */
export const D = Devsw.offsets;

/** A read or write on its way through the kernel; the bytes follow at UIO_DATA. Its thread's own. */
export const Uio = struct('uio', {
  /** Bytes still to be moved. */
  uio_resid: int32,
  /** Bytes moved so far. */
  uio_done: int32,
  uio_offset: int32,
});

/** Word offsets. */
export const U = Uio.offsets;
export const UIO_DATA = Uio.size;

/** Functions that a file system puts in the place of the defaults, and how often each default was called. */
export const VnodeHooks = struct('vnode_hooks', {
  /** allocvnode_gc(k): frees vnodes that are due (lwpuserret). */
  vh_allocvnode_gc: int32,
  /** nresolve(k, directory, name): the path object, held, or 0; name is a block of NC_PATH_BYTES bytes. */
  vh_nresolve: int32,
  /** vnode_release(k, vnode): the path object that stood for the vnode is gone. */
  vh_vnode_release: int32,
  /** exec_lookup(k, request): the path object of a program, held, or -errno; 0 is no function. */
  vh_exec_lookup: int32,
  /** fdclose(k, fp, fd): a descriptor of a file that has knotes is gone; 0 is no function. */
  vh_fdclose: int32,
  vh_gc_calls: atomic(int32),
  vh_nresolve_calls: atomic(int32),
});

/** Word offsets. */
export const VH = VnodeHooks.offsets;

/** Bytes of a path that an exec carries, NUL included. */
export const EXEC_PATH_BYTES = 1024;

/** Which program a thread wants to execute, and what its file is like: its thread's own. */
export const ExecRequest = struct('exec_request', {
  xr_path: bytes(EXEC_PATH_BYTES),
  /** Filled in: mode, with the set-id bits only where they count, and owner. */
  xr_mode: int32,
  xr_uid: int32,
  xr_gid: int32,
});

/** Word offsets. */
export const XR = ExecRequest.offsets;

/** ioctls of any file (sys/sys/filio.h). */
export const FIOCLEX = 0x20006601;
export const FIONCLEX = 0x20006602;
export const FIONBIO = 0x8004667e | 0;
export const FIOASYNC = 0x8004667d | 0;
export const FIOSETOWN = 0x8004667c | 0;
export const FIOGETOWN = 0x4004667b;
/** Words of the block that an ioctl carries in and out. */
export const IOCTL_WORDS = 32;

/** Flags of open; the access mode, one more, is FREAD and FWRITE. */
export const O_NONBLOCK = 0x4;
export const O_APPEND = 0x8;
export const O_CREAT = 0x200;
export const O_CLOEXEC = 0x20000;
export const O_DIRECTORY = 0x8000000;
/** Those that stay with the file. */
export const OPEN_FLAGS = 3 | O_NONBLOCK | O_APPEND | FASYNC;

/** Commands of fcntl. */
export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_GETOWN = 5;
export const F_SETOWN = 6;
export const F_DUP2FD = 10;
export const F_DUPFD_CLOEXEC = 17;
export const F_DUP2FD_CLOEXEC = 18;
/** What F_SETFL changes. */
export const FCNTLFLAGS = O_APPEND | FASYNC | FNONBLOCK;
