/**
 * Owns a row of vnode operations with nothing but what mounting needs, until there is the whole one.
 */
import { type Context, functionNumber, type Kernel, type Registry, type Steps } from '@smplab/lwkt';
import { ENOENT, kfree } from '@smplab/proc';
import { V, VA, VOP, Vnodeops } from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { vtopfs } from '../procfs-kernel.ts';
import { PFS_NODE } from '../procfs-layout.ts';
import { procfs_hashrem } from './node-hash.ts';

function* first_lookup(): Steps<number> {
  return -ENOENT;
}

function* first_nothing(): Steps<number> {
  return 0;
}

function* first_getattr(k: Context, vp: number, vap: number): Steps<number> {
  k.words.fill(0, vap, vap + VA.va_symlink);
  k.words[vap + VA.va_type] = k.peek(vp + V.v_type);
  k.words[vap + VA.va_mode] = k.words[vtopfs(k, vp) + PFS_NODE.pfs_mode];
  return 0;
}

function* first_reclaim(k: Context, vp: number): Steps<number> {
  const pfs = vtopfs(k, vp);
  yield* k.storeRelaxed(vp + V.v_data, 0);
  yield* procfs_hashrem(k, pfs);
  yield* kfree(k, M_PFSNODE, pfs);
  return 0;
}

const ROW = {
  vop_lookup: 'first_lookup',
  vop_open: 'first_nothing',
  vop_close: 'first_nothing',
  vop_access: 'first_nothing',
  vop_getattr: 'first_getattr',
  vop_readdir: 'first_nothing',
  vop_inactive: 'first_nothing',
  vop_reclaim: 'first_reclaim',
} as const;

/** Makes the functions known to a realm. */
export function registerVnops(registry: Registry): void {
  for (const [name, body] of Object.entries({ first_lookup, first_nothing, first_getattr, first_reclaim }))
    registry.register(name, body);
}

/** Lays the row out, while the machine boots. */
export function bootVnops(kernel: Kernel): number {
  const row = kernel.memory.reserve(Vnodeops.size);
  for (const [slot, name] of Object.entries(ROW))
    kernel.words[row + VOP[slot as keyof typeof ROW]] = functionNumber(name);
  return row;
}
