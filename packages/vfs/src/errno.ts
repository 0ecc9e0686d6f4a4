/**
 * Owns the errno values of file systems that the process table has no use for, with NetBSD's numbers; the
 * others come from @smplab/proc. Pure data.
 */
export const EXDEV = 18;
export const EFBIG = 27;
export const ENOSPC = 28;
export const EROFS = 30;
export const ERANGE = 34;
export const ENOTSOCK = 38;
export const EDESTADDRREQ = 39;
export const EMSGSIZE = 40;
export const EPROTOTYPE = 41;
export const EPROTONOSUPPORT = 43;
export const EAFNOSUPPORT = 47;
export const ECONNRESET = 54;
export const ENOBUFS = 55;
export const ELOOP = 62;
export const ENOTEMPTY = 66;
