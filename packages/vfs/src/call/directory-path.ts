/**
 * Owns finding the path of a directory (getcwd_common of NetBSD kern/vfs_getcwd.c): from the vnode up to the
 * root, asking each directory above for the name of the one below. Runs in the thread that asks, with
 * references and no locks: what is renamed meanwhile may be missed.
 */
import { writeCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { ENOENT, kfree, kmalloc, M_TEMP, U, uioBytes, uioFree, uioMake } from '@smplab/proc';
import { unpackDirents } from '../name/dirent.ts';
import { coveredBy, isRootOfMount } from '../name/mount-crossing.ts';
import { CN, CN_ISDOTDOT, CN_ISLASTCN, CN_NAME_BYTES, Componentname } from '../vnode/vnode-ops-layout.ts';
import { VA, Vattr } from '../vnode/vnode-ops-layout.ts';
import { VOP_GETATTR, VOP_LOOKUP, VOP_READDIR } from '../vnode/vnode-ops.ts';
import { vref, vrele } from '../vnode/vref.ts';

const ROOM = 512;

/** The path of a directory below `root`, as `/a/b`; or the errno: ENOENT if it has none any more. */
export function* directoryPath(k: Context, vp: number, root: number, cred: number): Steps<string | number> {
  const names: string[] = [];
  let at = vp;
  yield* vref(k, at);
  while (at !== root) {
    if (isRootOfMount(k, at)) {
      const covered = yield* coveredBy(k, at);
      yield* vrele(k, at);
      if (covered === 0) return ENOENT;
      at = covered;
      continue;
    }
    const above = yield* parentOf(k, at, cred);
    const name = above < 0 ? -above : yield* nameIn(k, above, at, cred);
    yield* vrele(k, at);
    if (typeof name === 'number') {
      if (above > 0) yield* vrele(k, above);
      return name;
    }
    names.unshift(name);
    at = above;
  }
  yield* vrele(k, at);
  return `/${names.join('/')}`;
}

/** The directory a directory is in, referenced; or the negative errno. */
function* parentOf(k: Context, vp: number, cred: number): Steps<number> {
  const cnp = yield* kmalloc(k, M_TEMP, Componentname.size);
  k.words[cnp + CN.cn_flags] = CN_ISDOTDOT | CN_ISLASTCN;
  k.words[cnp + CN.cn_cred] = cred;
  writeCstring(k.kernel.memory, cnp + CN.cn_name, CN_NAME_BYTES, '..');
  const above = yield* VOP_LOOKUP(k, vp, cnp);
  yield* kfree(k, M_TEMP, cnp);
  return above;
}

/** The name of a directory in the one above it; or the errno. */
function* nameIn(k: Context, above: number, vp: number, cred: number): Steps<string | number> {
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  let error = yield* VOP_GETATTR(k, vp, vap, cred);
  const fileno = BigInt(k.words[vap + VA.va_fileid]);
  yield* kfree(k, M_TEMP, vap);
  let offset = 0;
  while (error === 0) {
    const uio = yield* uioMake(k, ROOM);
    k.words[uio + U.uio_offset] = offset;
    error = yield* VOP_READDIR(k, above, uio, cred);
    offset = k.words[uio + U.uio_offset];
    const names = unpackDirents(uioBytes(k, uio)).map((each) => ({
      fileno: each.fileno,
      name: new TextDecoder().decode(each.name),
    }));
    yield* uioFree(k, uio);
    const found = names.find((each) => each.fileno === fileno && each.name !== '.' && each.name !== '..');
    if (found !== undefined) return found.name;
    if (error === 0 && names.length === 0) error = ENOENT;
  }
  return error;
}
