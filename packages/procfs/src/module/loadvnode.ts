/**
 * Owns making a vnode that of a node (procfs_loadvnode, seed 000 lines 290-489). Run by the thread that loads
 * it, which has the vnode to itself and holds no lock. The node is found by exec and exit of its process from
 * when it is complete, and before anybody else can see the vnode.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, kfree, kmalloc, P } from '@smplab/proc';
import { V, VLNK, VV_ROOT } from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { procfs_fileno } from '../node/fileno.ts';
import { PFS, pfsTypeName } from '../node/node-types.ts';
import { rowOf } from '../node/node-table.ts';
import { filenoFlags, mountProfile, procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PFSKEY_WORDS, Pfsnode, PG } from '../procfs-layout.ts';
import { procfs_proc_find } from '../vnops/proc-lock.ts';
import { descriptorKind, type NodeKind } from './descriptor-kind.ts';
import { procfs_hashinsert } from './node-hash.ts';

/** VFS_LOADVNODE: 0 or an errno, and then nothing has happened. */
export function* procfs_loadvnode(
  k: Context,
  mp: number,
  vp: number,
  key: number,
  keywords: number,
): Steps<number> {
  k.assert(keywords === PFSKEY_WORDS, `procfs_loadvnode: a key of ${keywords} words`);
  const pfs = yield* kmalloc(k, M_PFSNODE, Pfsnode.size);
  const { words } = k;
  // Nobody else can see it yet.
  k.copy(pfs + PFS_NODE.pfs_type, key, PFSKEY_WORDS);
  words[pfs + PFS_NODE.pfs_vnode] = vp;
  words[pfs + PFS_NODE.pfs_mount] = mp;
  const kind = yield* kindOf(k, mp, pfs);
  if (typeof kind === 'number') {
    yield* kfree(k, M_PFSNODE, pfs);
    return kind;
  }
  words[pfs + PFS_NODE.pfs_mode] = kind.mode;
  setFileno(k, mp, pfs);
  const isRoot = words[pfs + PFS_NODE.pfs_type] === PFS.root;
  yield* k.storeRelaxed(vp + V.v_op, words[procfs(k).g + PG.pg_vnodeops]);
  yield* k.storeRelaxed(vp + V.v_data, pfs);
  yield* k.storeRelaxed(vp + V.v_type, kind.kind);
  if (isRoot) yield* k.storeRelaxed(vp + V.v_vflag, VV_ROOT);
  yield* k.storeRelaxed(vp + V.v_key, pfs + PFS_NODE.pfs_type);
  yield* k.storeRelaxed(vp + V.v_keywords, PFSKEY_WORDS);
  yield* procfs_hashinsert(k, pfs);
  return 0;
}

function setFileno(k: Context, mp: number, pfs: number): void {
  const { words } = k;
  const [type, pid, fd] = words.subarray(pfs + PFS_NODE.pfs_type, pfs + PFS_NODE.pfs_type + PFSKEY_WORDS);
  const fileno = procfs_fileno(mountProfile(k, mp), filenoFlags(k, mp), pid, type, fd);
  words[pfs + PFS_NODE.pfs_fileno] = Number(BigInt.asIntN(32, fileno));
  words[pfs + PFS_NODE.pfs_fileno + 1] = Number(BigInt.asIntN(32, fileno >> 32n));
}

/** What it is, by the table, and for descriptors by what is open there; or an errno. */
function* kindOf(k: Context, mp: number, pfs: number): Steps<NodeKind | number> {
  const { words } = k;
  const type = words[pfs + PFS_NODE.pfs_type];
  const fd = words[pfs + PFS_NODE.pfs_fd];
  const pid = words[pfs + PFS_NODE.pfs_pid];
  const row = rowOf(mountProfile(k, mp), type);
  if (row === undefined) return k.panic(`procfs_allocvp: ${pfsTypeName(type)}`);
  if (type === PFS.task && fd !== -1) return { kind: VLNK, mode: row.mode };
  const isDescriptor = type === PFS.fd && fd !== -1;
  if (pid === 0 && !isDescriptor) return row;
  const p = yield* procfs_proc_find(k, mp, pid);
  if (p !== 0) words[pfs + PFS_NODE.pfs_generation] = words[p + P.p_serial];
  const kind = isDescriptor ? yield* descriptorKind(k, mp, p, fd) : row;
  if (p !== 0) yield* kern.prele(k, p);
  return kind;
}
