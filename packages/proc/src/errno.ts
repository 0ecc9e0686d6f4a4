/**
 * Owns the errno values of system calls, with the numbers and texts of DragonFly. Pure data. Calls inside the
 * kernel return 0 or a positive errno, as in BSD; `sys_*` functions return a result of 0 and more, or the
 * negative errno.
 */
const TABLE = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  ESRCH: [3, 'No such process'],
  EINTR: [4, 'Interrupted system call'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'Device not configured'],
  E2BIG: [7, 'Argument list too long'],
  ENOEXEC: [8, 'Exec format error'],
  EBADF: [9, 'Bad file descriptor'],
  ECHILD: [10, 'No child processes'],
  EDEADLK: [11, 'Resource deadlock avoided'],
  ENOMEM: [12, 'Cannot allocate memory'],
  EACCES: [13, 'Permission denied'],
  EFAULT: [14, 'Bad address'],
  EBUSY: [16, 'Device busy'],
  EEXIST: [17, 'File exists'],
  EXDEV: [18, 'Cross-device link'],
  ENODEV: [19, 'Operation not supported by device'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EINVAL: [22, 'Invalid argument'],
  EMFILE: [24, 'Too many open files'],
  ENOTTY: [25, 'Inappropriate ioctl for device'],
  EFBIG: [27, 'File too large'],
  ENOSPC: [28, 'No space left on device'],
  ESPIPE: [29, 'Illegal seek'],
  EROFS: [30, 'Read-only file system'],
  EPIPE: [32, 'Broken pipe'],
  EAGAIN: [35, 'Resource temporarily unavailable'],
  EWOULDBLOCK: [35, 'Resource temporarily unavailable'],
  EALREADY: [37, 'Operation already in progress'],
  EOPNOTSUPP: [45, 'Operation not supported'],
  ENOTCONN: [57, 'Socket is not connected'],
  ETIMEDOUT: [60, 'Operation timed out'],
  ELOOP: [62, 'Too many levels of symbolic links'],
  ENAMETOOLONG: [63, 'File name too long'],
  ENOTEMPTY: [66, 'Directory not empty'],
  EPROCLIM: [67, 'Too many processes'],
  ENOSYS: [78, 'Function not implemented'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ErrnoName = keyof typeof TABLE;

const NAMES = new Map<number, ErrnoName>();
for (const [name, [number]] of Object.entries(TABLE)) {
  if (!NAMES.has(number)) NAMES.set(number, name as ErrnoName);
}

export const EPERM = TABLE.EPERM[0];
export const ENOENT = TABLE.ENOENT[0];
export const ESRCH = TABLE.ESRCH[0];
export const EINTR = TABLE.EINTR[0];
export const EIO = TABLE.EIO[0];
export const ENXIO = TABLE.ENXIO[0];
export const E2BIG = TABLE.E2BIG[0];
export const ENOEXEC = TABLE.ENOEXEC[0];
export const EBADF = TABLE.EBADF[0];
export const ECHILD = TABLE.ECHILD[0];
export const EDEADLK = TABLE.EDEADLK[0];
export const ENOMEM = TABLE.ENOMEM[0];
export const EACCES = TABLE.EACCES[0];
export const EFAULT = TABLE.EFAULT[0];
export const EBUSY = TABLE.EBUSY[0];
export const EEXIST = TABLE.EEXIST[0];
export const ENODEV = TABLE.ENODEV[0];
export const ENOTDIR = TABLE.ENOTDIR[0];
export const EISDIR = TABLE.EISDIR[0];
export const EINVAL = TABLE.EINVAL[0];
export const EMFILE = TABLE.EMFILE[0];
export const ENOTTY = TABLE.ENOTTY[0];
export const ESPIPE = TABLE.ESPIPE[0];
export const EPIPE = TABLE.EPIPE[0];
export const EAGAIN = TABLE.EAGAIN[0];
export const EWOULDBLOCK = TABLE.EWOULDBLOCK[0];
export const EALREADY = TABLE.EALREADY[0];
export const EOPNOTSUPP = TABLE.EOPNOTSUPP[0];
export const ENOTCONN = TABLE.ENOTCONN[0];
export const ENAMETOOLONG = TABLE.ENAMETOOLONG[0];
export const ENOSYS = TABLE.ENOSYS[0];

/** What a `sys_*` function returns when the call is to be issued again after the signal handler. */
export const RESTART = -512;

/** The name of an errno, as `EPERM`. @example errnoName(3) // 'ESRCH' */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** The text of an errno, as strerror(3). @example strerror(3) // 'No such process' */
export function strerror(errno: number): string {
  const name = NAMES.get(errno);
  return name === undefined ? `Unknown error: ${errno}` : TABLE[name][1];
}
