/**
 * Owns what a path lookup is asked and what it answers (struct nameidata of NetBSD sys/sys/namei.src): one
 * block of the thread that looks, which nobody else sees. Paths are bytes; kernel code has them as texts of
 * one character for each byte.
 */
import { bytes, int32, nested, pointer, struct, writeBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { ENAMETOOLONG, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { Componentname } from '../vnode/vnode-ops-layout.ts';

/** Bytes of a path at most, with the NUL. */
export const MAXPATHLEN = 1024;
/** Symbolic links on the way, at most. */
export const MAXSYMLINKS = 32;

/** ni_flags: follow a symbolic link that is the last component ... */
export const ND_FOLLOW = 0x40;
/** ... give the directory too (always for anything but LOOKUP) ... */
export const ND_WANTPARENT = 0x10;
/** ... stay on the file system, when something is mounted on what is found ... */
export const ND_NOCROSSMOUNT = 0x100;
/** ... and the name that is to be made is that of a directory: it may end in a slash. */
export const ND_CREATEDIR = 0x200000;

export const Nameidata = struct('nameidata', {
  ni_nameiop: int32,
  ni_flags: int32,
  ni_cred: pointer('ucred'),
  /** Directories of the process, which keeps them: where `/` is, and where other paths begin. */
  ni_rootdir: pointer('vnode'),
  ni_startdir: pointer('vnode'),
  /** What was found, referenced; 0 for a name that may be made. */
  ni_vp: pointer('vnode'),
  /** The directory that has or gets the name, referenced; 0 if nobody wants it. */
  ni_dvp: pointer('vnode'),
  ni_loopcnt: int32,
  /** The last component, for the operation that comes next. */
  ni_cnd: nested(Componentname),
  ni_path: bytes(MAXPATHLEN),
});

/** Word offsets. */
export const NI = Nameidata.offsets;

/** Who looks, from where. */
export interface Looker {
  readonly cred: number;
  readonly root: number;
  readonly cwd: number;
}

/** A lookup of a path, to be freed by `ndfree`; or the negative errno. */
export function* ndinit(
  k: Context,
  nameiop: number,
  flags: number,
  path: string | Uint8Array,
  { cred, root, cwd }: Looker,
): Steps<number> {
  const text = typeof path === 'string' ? new TextEncoder().encode(path) : path;
  if (text.length >= MAXPATHLEN) return -ENAMETOOLONG;
  // With no more room than the path needs.
  const ndp = yield* kmalloc(k, M_TEMP, NI.ni_path + (text.length >> 2) + 1);
  const { words } = k;
  words[ndp + NI.ni_nameiop] = nameiop;
  words[ndp + NI.ni_flags] = flags;
  words[ndp + NI.ni_cred] = cred;
  words[ndp + NI.ni_rootdir] = root;
  words[ndp + NI.ni_startdir] = cwd;
  writeBytes(k.kernel.memory, ndp + NI.ni_path, text);
  return ndp;
}

/** Frees the block; what it found is given back by who asked. */
export function* ndfree(k: Context, ndp: number): Steps {
  yield* kfree(k, M_TEMP, ndp);
}
