/** Owns the errno values that calls of this package return. Pure data, the numbers of DragonFly. */
export const EINTR = 4;
export const ENOMEM = 12;
export const EBUSY = 16;
export const EINVAL = 22;
export const EWOULDBLOCK = 35;
/** The lock changed hands while an upgrade waited. */
export const ENOLCK = 77;
/** The call is issued again after the signal. */
export const ERESTART = -1;
