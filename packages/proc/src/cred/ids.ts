/**
 * Owns the rules of the set-id calls (sys/kern/kern_prot.c): which ids a call leads to, or that it is
 * refused. Pure decisions; prot.ts takes the tokens and makes the credentials. -1 leaves an id alone where a
 * call says so. The kernel is built without _POSIX_SAVED_IDS and with the BSD clause of POSIX B.4.2.2, as
 * DragonFly's.
 */
import { EPERM } from '../errno.ts';

/** Effective, real and saved id: of the user, or of the group. */
export interface Ids {
  readonly effective: number;
  readonly real: number;
  readonly saved: number;
}

/** The new ids, or the errno. */
export type Decision = Ids | number;

function isOneOf(id: number, known: readonly number[]): boolean {
  return id === -1 || known.includes(id);
}

/**
 * setuid, setgid: all three become the id, which must be the real or effective one already, except for root.
 */
export function decideSet(ids: Ids, isRoot: boolean, id: number): Decision {
  if (id !== ids.real && id !== ids.effective && !isRoot) return EPERM;
  return { effective: id, real: id, saved: id };
}

/** seteuid, setegid: the effective one becomes the real or the saved one. */
export function decideSetEffective(ids: Ids, isRoot: boolean, id: number): Decision {
  if (id !== ids.real && id !== ids.saved && !isRoot) return EPERM;
  return { ...ids, effective: id };
}

/** setreuid: real and effective one; the saved one follows when the process changes who it is. */
export function decideSetreuid(ids: Ids, isRoot: boolean, real: number, effective: number): Decision {
  const allowed =
    isOneOf(real, [ids.real, ids.saved]) && isOneOf(effective, [ids.effective, ids.real, ids.saved]);
  if (!allowed && !isRoot) return EPERM;
  const next = {
    effective: effective === -1 ? ids.effective : effective,
    real: real === -1 ? ids.real : real,
  };
  const follows = real !== -1 || next.effective !== next.real;
  return { ...next, saved: follows ? next.effective : ids.saved };
}

/** setresuid, setresgid: each one becomes one of the three. */
export function decideSetres(
  ids: Ids,
  isRoot: boolean,
  real: number,
  effective: number,
  saved: number,
): Decision {
  const known = [ids.real, ids.saved, ids.effective];
  if (![real, effective, saved].every((id) => isOneOf(id, known)) && !isRoot) return EPERM;
  return {
    effective: effective === -1 ? ids.effective : effective,
    real: real === -1 ? ids.real : real,
    saved: saved === -1 ? ids.saved : saved,
  };
}
