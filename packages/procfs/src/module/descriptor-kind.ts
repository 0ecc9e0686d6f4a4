/**
 * Owns what the node of a descriptor is (seed 000 lines 340-396): as what is open there, or a symbolic link
 * where opening it again would lead in circles or nowhere. Run by the thread that loads the node, which has
 * p_reflock of the process shared.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  closef,
  curproc,
  DTYPE_KQUEUE,
  DTYPE_PIPE,
  DTYPE_SOCKET,
  DTYPE_VNODE,
  EBADF,
  ENOENT,
  EOPNOTSUPP,
  F,
  kern,
  NC,
} from '@smplab/proc';
import { V, VCHR, VDIR, VFIFO, VLNK, VSOCK } from '@smplab/vfs';
import { emulationOf } from '../node/emulation.ts';
import { mountProfile } from '../procfs-kernel.ts';
import { PROFILE_LINUX } from '../procfs-layout.ts';
import { fd_getfile2 } from './process-file.ts';

/** What a node is: v_type and permission bits. */
export interface NodeKind {
  readonly kind: number;
  readonly mode: number;
}

const SYMLINK: NodeKind = { kind: VLNK, mode: 0o555 };
const OWN_MODE = 0o600;

/** What it is, or an errno; `p` is 0 for a process that is gone or on its way out. */
export function* descriptorKind(k: Context, mp: number, p: number, fd: number): Steps<NodeKind | number> {
  if (p === 0) return ENOENT;
  const isHeld = kern.reflock_readers(k, p) > 0;
  k.assert(isHeld, `procfs_loadvnode: p_reflock of process ${p} is not shared`);
  const fp = yield* fd_getfile2(k, p, fd);
  if (fp === 0) return EBADF;
  const kind = kindOfFile(k, mp, fp);
  yield* closef(k, fp);
  return kind;
}

/** Whether the caller sees descriptors as links: in the Linux tree everybody, elsewhere Linux binaries. */
export function seesLinks(k: Context, mp: number): boolean {
  const own = curproc(k);
  return mountProfile(k, mp) === PROFILE_LINUX || (own !== 0 && emulationOf(k, own) === 'linux');
}

/** The vnode that a file was opened through, 0 for none; the file keeps it. */
export function vnodeOfFile(k: Context, fp: number): number {
  // Programs and devices are opened through what the process table has of them.
  const nch = k.words[fp + F.f_nch];
  if (nch !== 0) return k.peek(nch + NC.nc_vnode);
  return k.get(fp + F.f_type) === DTYPE_VNODE ? k.get(fp + F.f_data) : 0;
}

/** What the node of a file is, or an errno. */
export function kindOfFile(k: Context, mp: number, fp: number): NodeKind | number {
  if (mountProfile(k, mp) === PROFILE_LINUX) return SYMLINK;
  switch (k.get(fp + F.f_type)) {
    case DTYPE_VNODE: {
      const kind = k.peek(vnodeOfFile(k, fp) + V.v_type);
      if (kind === VDIR || seesLinks(k, mp)) return SYMLINK;
      return { kind, mode: OWN_MODE };
    }
    // Here the console and its like are no vnodes; to NetBSD they are devices.
    case kern.DTYPE_DEVICE:
      return { kind: VCHR, mode: OWN_MODE };
    case DTYPE_PIPE:
      return { kind: VFIFO, mode: OWN_MODE };
    case DTYPE_SOCKET:
      return { kind: VSOCK, mode: OWN_MODE };
    case DTYPE_KQUEUE:
      return SYMLINK;
    default:
      return EOPNOTSUPP;
  }
}
