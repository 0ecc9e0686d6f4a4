/**
 * Owns lseek(2) and getdents(2) (NetBSD kern/vfs_syscalls.c): calls about the place of a file that is a
 * vnode. Run in the thread of the call. Guards: f_offset by the lock of the vnode.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  callResult,
  closef,
  EINVAL,
  ESPIPE,
  F,
  FREAD,
  holdfp,
  kfree,
  kmalloc,
  M_TEMP,
  UIO_MAX,
  uioBytes,
  uioFree,
  uioMake,
} from '@smplab/proc';
import { type Dirent, unpackDirents } from '../name/dirent.ts';
import { NOCRED } from '../name/genfs-access.ts';
import { V, VDIR } from '../vnode/vnode-layout.ts';
import { VOP_GETATTR, VOP_READDIR } from '../vnode/vnode-ops.ts';
import { VA, Vattr } from '../vnode/vnode-ops-layout.ts';
import { calls, CG } from './call-globals.ts';
import { atOffset, moveAt } from './vn-file.ts';

/** whence of lseek. */
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;

export interface DirentResult {
  dirents?: Dirent[];
}

/** lseek: where the file is then, or the negative errno. */
export function* sys_lseek(k: Context, fd: number, offset: number, whence: number): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const place = isVnodeFile(k, fp)
    ? yield* atOffset(k, fp, function* (vp) {
        const base = yield* baseOf(k, fp, vp, whence);
        const to = base + offset;
        if (base < 0) return base;
        if (!Number.isInteger(to) || to < 0 || to > 0x7fffffff) return -EINVAL;
        k.set(fp + F.f_offset, to);
        return to;
      })
    : -ESPIPE;
  yield* closef(k, fp);
  return place;
}

function* baseOf(k: Context, fp: number, vp: number, whence: number): Steps<number> {
  if (whence === SEEK_SET) return 0;
  if (whence === SEEK_CUR) return k.get(fp + F.f_offset);
  if (whence !== SEEK_END) return -EINVAL;
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  const error = yield* VOP_GETATTR(k, vp, vap, NOCRED);
  const size = k.words[vap + VA.va_size];
  yield* kfree(k, M_TEMP, vap);
  return error === 0 ? size : -error;
}

/** getdents: bytes that the records take, 0 at the end, or the negative errno. */
export function* sys_getdents(k: Context, fd: number, count: number, result: DirentResult): Steps<number> {
  if (!Number.isInteger(count) || count < 0) return -EINVAL;
  const fp = yield* holdfp(k, fd, FREAD);
  if (fp < 0) return fp;
  const uio = yield* uioMake(k, Math.min(count, UIO_MAX));
  const isDirectory = isVnodeFile(k, fp) && k.peek(k.get(fp + F.f_data) + V.v_type) === VDIR;
  const error = isDirectory ? yield* moveAt(k, fp, uio, (vp, cred) => VOP_READDIR(k, vp, uio, cred)) : EINVAL;
  const bytes = uioBytes(k, uio);
  result.dirents = unpackDirents(bytes);
  yield* uioFree(k, uio);
  yield* closef(k, fp);
  return error === 0 ? bytes.length : callResult(error);
}

function isVnodeFile(k: Context, fp: number): boolean {
  return k.get(fp + F.f_ops) === k.words[calls(k) + CG.cg_fileops];
}
