/**
 * Owns making a vnode that of a node (procfs_loadvnode, seed 000 lines 290-489). Run by the thread that loads
 * it, which has the vnode to itself and holds no lock. The node is found by exec and exit of its process from
 * when it is complete, and before anybody else can see the vnode.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kfree, kmalloc } from '@smplab/proc';
import { V, VDIR, VLNK, VV_ROOT } from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { PFS, pfsTypeName } from '../node/node-types.ts';
import { type NodeRow, rowOf } from '../node/node-table.ts';
import { mountProfile, procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PFSKEY_WORDS, Pfsnode, PG } from '../procfs-layout.ts';
import { procfs_hashinsert } from './node-hash.ts';

/** What a node is: v_type and permission bits. */
interface Kind {
  readonly kind: number;
  readonly mode: number;
}

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
  const kind = kindOf(k, mp, pfs);
  if (typeof kind === 'number') {
    yield* kfree(k, M_PFSNODE, pfs);
    return kind;
  }
  words[pfs + PFS_NODE.pfs_mode] = kind.mode;
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

function kindOf(k: Context, mp: number, pfs: number): Kind | number {
  const type = k.words[pfs + PFS_NODE.pfs_type];
  const row = rowOf(mountProfile(k, mp), type);
  if (row === undefined) return k.panic(`procfs_allocvp: unknown ${pfsTypeName(type)}`);
  return kindOfRow(row, k.words[pfs + PFS_NODE.pfs_fd]);
}

/** An entry of a directory of numbers has the type of the directory. */
function kindOfRow(row: NodeRow, fd: number): Kind {
  if (row.kind === VDIR && fd !== -1 && row.type === PFS.task) return { kind: VLNK, mode: row.mode };
  return row;
}
