/**
 * Owns the operations of files that are vnodes (NetBSD kern/vfs_vnops.c: vn_read, vn_write, vn_ioctl,
 * vn_closefile). Run in the thread of a call, which holds the file; f_data is the open vnode, referenced.
 * Guards: f_offset by the lock of the vnode, held over the whole operation, so that of two that share a file
 * each goes on where the other has ended.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  LK_EXCLUSIVE,
  type Registry,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import { bootFileops, F, FIOASYNC, FIONBIO, FREAD, FWRITE, O_APPEND, U } from '@smplab/proc';
import { knote } from '../file/knote.ts';
import { FIONREAD } from '../file/pipe-layout.ts';
import { vn_close } from '../name/vn-open.ts';
import { IO_APPEND } from '../ramfs/ramfs-file-ops.ts';
import { LK_RETRY, vn_lock, vn_unlock } from '../vnode/vnode-lock.ts';
import { V, VREG } from '../vnode/vnode-layout.ts';
import { VOP_IOCTL, VOP_READ, VOP_WRITE } from '../vnode/vnode-ops.ts';

const FUNCTIONS = { vn_read, vn_write, vn_ioctl, vn_closefile } as const;

/** Lays out the row, while the machine boots; gives its address. */
export function bootVnodeFiles(kernel: Kernel): number {
  return bootFileops(kernel, {
    read: functionNumber('vn_read'),
    write: functionNumber('vn_write'),
    ioctl: functionNumber('vn_ioctl'),
    close: functionNumber('vn_closefile'),
  });
}

/** Makes the operations known to a realm. */
export function registerVnodeFiles(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
}

/** Runs `act` with the offset of a file, which nobody else moves meanwhile. A dead vnode answers itself. */
export function* atOffset<T>(k: Context, fp: number, act: (vp: number) => Steps<T>): Steps<T> {
  const vp = k.get(fp + F.f_data);
  yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_RETRY);
  const answer = yield* act(vp);
  yield* vn_unlock(k, vp);
  return answer;
}

/** Lets a vnode operation move the bytes of a uio from where the file is, and the file with it. */
export function moveAt(
  k: Context,
  fp: number,
  uio: number,
  move: (vp: number, cred: number) => Steps<number>,
): Steps<number> {
  return atOffset(k, fp, function* (vp) {
    k.words[uio + U.uio_offset] = k.get(fp + F.f_offset);
    // What the file was opened with, whoever has it now; it stays as long as the file does.
    const error = yield* move(vp, k.words[fp + F.f_cred]);
    if (error === 0) k.set(fp + F.f_offset, k.words[uio + U.uio_offset]);
    return error;
  });
}

function vn_read(k: Context, fp: number, uio: number): Steps<number> {
  return moveAt(k, fp, uio, (vp, cred) => VOP_READ(k, vp, uio, 0, cred));
}

function vn_write(k: Context, fp: number, uio: number): Steps<number> {
  const ioflag = (k.peek(fp + F.f_flag) & O_APPEND) === 0 ? 0 : IO_APPEND;
  return moveAt(k, fp, uio, (vp, cred) => write(k, vp, uio, ioflag, cred));
}

function* write(k: Context, vp: number, uio: number, ioflag: number, cred: number): Steps<number> {
  const error = yield* VOP_WRITE(k, vp, uio, ioflag, cred);
  yield* vn_knote(k, vp);
  return error;
}

/** The file may be longer or shorter than it was: whoever watches it is to look. */
export function* vn_knote(k: Context, vp: number): Steps {
  // Whoever comes to the list after this look sees the new length.
  if (k.peek(vp + V.v_klist) === 0) return;
  yield* spin_lock(k, vp + V.v_interlock);
  yield* knote(k, vp + V.v_klist);
  yield* spin_unlock(k, vp + V.v_interlock);
}

/** Modes of the file; of a regular one, how much there is to read. */
function* vn_ioctl(k: Context, fp: number, cmd: number, block: number): Steps<number> {
  if (cmd === FIONBIO || cmd === FIOASYNC) return 0;
  return yield* atOffset(k, fp, function* (vp) {
    if (cmd !== FIONREAD || k.peek(vp + V.v_type) !== VREG) return yield* VOP_IOCTL(k, vp, cmd, block);
    k.words[block] = Math.max(0, k.peek(vp + V.v_size) - k.get(fp + F.f_offset));
    return 0;
  });
}

/** The last reference to the file is gone: so is its vnode's. */
function vn_closefile(k: Context, fp: number): Steps<number> {
  const mode = k.peek(fp + F.f_flag) & (FREAD | FWRITE);
  return vn_close(k, k.get(fp + F.f_data), mode, k.words[fp + F.f_cred]);
}
