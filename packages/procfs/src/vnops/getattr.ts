/**
 * Owns what nodes are like (procfs_getattr, procfs_access of NetBSD's procfs_vnops.c). Run by any thread in a
 * transaction of the mount, with p_reflock of the process shared where there is one. Nothing of it is stored:
 * owner and length are those of the process right now.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { closef, CR, D, EBADF, ENOENT, F, kern, kfree, kmalloc, M_TEMP, NC, P } from '@smplab/proc';
import { genfs_can_access, M, V, VA, Vattr, VDIR, VLNK } from '@smplab/vfs';
import { REGS_BYTES } from '../io/regs.ts';
import { vnodeOfFile } from '../module/descriptor-kind.ts';
import { fd_getfile2 } from '../module/process-file.ts';
import { PFS } from '../node/node-types.ts';
import { checkMode } from '../oracle/nodes.ts';
import { procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PROFILE_README } from '../procfs-layout.ts';
import { memoryMap } from '../text/memory-map.ts';
import { filenoOf, nodeOf, type PfsNode } from './node.ts';
import { procfs_proc_lock, procfs_proc_unlock } from './proc-lock.ts';
import { callersPid, procfs_target } from './readlink.ts';
import { canSee } from './visible.ts';

const { P_SUGID, proc_ucred_drop, proc_ucred_hold, WORD_BYTES } = kern;

/** Bytes of a directory (DEV_BSIZE). */
const DIRECTORY_BYTES = 512;
/** Nodes that are read in larger pieces. */
const LARGE: readonly number[] = [PFS.map, PFS.maps, PFS.limit, PFS.limits];
const OWNER_BITS = 0o700;

/** VOP_GETATTR. A process that somebody may not see is not there. */
export function* procfs_getattr(k: Context, vp: number, vap: number, cred: number): Steps<number> {
  const node = nodeOf(k, vp);
  common(k, node, vap);
  if (!node.isOfProcess) {
    if (k.peek(vp + V.v_type) === VLNK) setSize(k, vap, `${callersPid(k)}`.length);
    return 0;
  }
  const p = yield* procfs_proc_lock(k, node.mp, node.pid, ENOENT);
  if (p < 0) return -p;
  const isSeen = procfs(k).asSeed['procfs-lookup-sees'] || (yield* canSee(k, cred, p));
  const error = isSeen ? yield* ofProcess(k, node, p, vap) : ENOENT;
  yield* procfs_proc_unlock(k, p);
  return error;
}

/** What it is by its row alone. */
function common(k: Context, node: PfsNode, vap: number): void {
  const { words } = k;
  const { row, mp, pfs, vp } = node;
  const type = k.peek(vp + V.v_type);
  const page = k.kernel.limits.pageWords * WORD_BYTES;
  const fileno = BigInt.asUintN(64, filenoOf(k, node, node.pid, node.type, node.fd));
  words.fill(0, vap, vap + VA.va_symlink);
  words[vap + VA.va_type] = type;
  checkMode(k, pfs, row);
  words[vap + VA.va_mode] = words[pfs + PFS_NODE.pfs_mode];
  words[vap + VA.va_nlink] = type === VDIR ? row.nlink : 1;
  words[vap + VA.va_fsid] = words[mp + M.mnt_fsid];
  words[vap + VA.va_fileid] = Number(BigInt.asIntN(32, fileno));
  words[vap + VA.va_fileid + 1] = Number(BigInt.asIntN(32, fileno >> 32n));
  words[vap + VA.va_blocksize] = LARGE.includes(node.type) ? 4 * page : page;
  for (const time of [VA.va_atime, VA.va_mtime, VA.va_ctime, VA.va_birthtime])
    words[vap + time] = k.kernel.ticks;
  // In 1993 they had no length.
  const isSized = type === VDIR && node.profile !== PROFILE_README && node.type !== PFS.sysvipc;
  if (isSized) setSize(k, vap, DIRECTORY_BYTES);
}

function setSize(k: Context, vap: number, bytes: number): void {
  k.words[vap + VA.va_size] = bytes;
  k.words[vap + VA.va_bytes] = bytes;
}

/** The rest, of a process that is looked at. */
function* ofProcess(k: Context, node: PfsNode, p: number, vap: number): Steps<number> {
  const { words } = k;
  words[vap + VA.va_birthtime] = words[p + P.p_start];
  if (node.type === PFS.fd && node.fd !== -1) return yield* ofDescriptor(k, node, p, vap);
  const isTaskLink = node.type === PFS.task && node.fd !== -1;
  if (node.row.owner === 'process' && !isTaskLink) {
    const cr = yield* proc_ucred_hold(k, p);
    owner(k, vap, cr);
    yield* proc_ucred_drop(k, cr);
  }
  // Nobody but root has anything to do with what has other rights than it had.
  if (node.row.isGuarded && ((yield* k.load(p + P.p_flags)) & P_SUGID) !== 0)
    words[vap + VA.va_mode] &= ~OWNER_BITS;
  if (words[vap + VA.va_type] === VDIR) return 0;
  const size = yield* sizeOf(k, node, p);
  if (size < 0) return -size;
  setSize(k, vap, size);
  return 0;
}

function owner(k: Context, vap: number, cr: number): void {
  if (cr === 0) return;
  k.words[vap + VA.va_uid] = k.words[cr + CR.cr_uid];
  k.words[vap + VA.va_gid] = k.words[cr + CR.cr_gid];
}

/** Bytes of a node; the negative errno of a link that leads nowhere. */
function* sizeOf(k: Context, node: PfsNode, p: number): Steps<number> {
  if (node.type === PFS.mem) {
    const map = yield* memoryMap(k, p);
    return map.reduce((sum, { start, end }) => sum + end - start, 0);
  }
  if (node.type === PFS.regs) return node.profile === PROFILE_README ? 0 : REGS_BYTES;
  if (node.type === PFS.emul) return 'netbsd'.length;
  if (k.peek(node.vp + V.v_type) !== VLNK) return 0;
  const target = yield* procfs_target(k, node, p);
  return typeof target === 'number' ? 0 : target.length;
}

/** Who has opened a descriptor owns its node. */
function* ofDescriptor(k: Context, node: PfsNode, p: number, vap: number): Steps<number> {
  const fp = yield* fd_getfile2(k, p, node.fd);
  if (fp === 0) return EBADF;
  owner(k, vap, k.words[fp + F.f_cred]);
  const vp = vnodeOfFile(k, fp);
  if (vp !== 0) setSize(k, vap, k.peek(vp + V.v_size));
  const nch = k.words[fp + F.f_nch];
  if (k.get(fp + F.f_type) === kern.DTYPE_DEVICE && nch !== 0)
    k.words[vap + VA.va_rdev] = k.words[k.get(nch + NC.nc_data) + D.d_dev];
  yield* closef(k, fp);
  return 0;
}

/** VOP_ACCESS: as owner and mode of the node say. */
export function* procfs_access(k: Context, vp: number, accmode: number, cred: number): Steps<number> {
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  let error = yield* procfs_getattr(k, vp, vap, cred);
  const field = (offset: number): number => k.words[vap + offset];
  if (error === 0)
    error = genfs_can_access(
      k,
      field(VA.va_type),
      field(VA.va_mode),
      field(VA.va_uid),
      field(VA.va_gid),
      accmode,
      cred,
    );
  yield* kfree(k, M_TEMP, vap);
  return error;
}
