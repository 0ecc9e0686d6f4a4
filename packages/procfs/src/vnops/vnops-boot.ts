/**
 * Owns the row of vnode operations of procfs: its functions known to a realm, the row laid out while the
 * machine boots, constant from then on.
 */
import { type Context, functionNumber, type Kernel, type Registry, type Steps } from '@smplab/lwkt';
import { VOP, Vnodeops } from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { procfs_access, procfs_getattr } from './getattr.ts';
import { procfs_inactive, procfs_reclaim } from './life.ts';
import { procfs_lookup } from './lookup.ts';
import { procfs_close, procfs_open } from './open.ts';
import { procfs_readdir } from './readdir.ts';
import { procfs_readlink } from './readlink.ts';
import {
  procfs_advlock,
  procfs_ioctl,
  procfs_pathconf,
  procfs_readonly,
  procfs_setattr,
  procfs_success,
  procfs_symlink,
} from './refusals.ts';
import { procfs_read, procfs_write } from './rw.ts';

const FUNCTIONS = {
  procfs_lookup,
  procfs_open,
  procfs_close,
  procfs_access,
  procfs_getattr,
  procfs_read,
  procfs_write,
  procfs_readdir,
  procfs_readlink,
  procfs_inactive,
  procfs_reclaim,
  procfs_setattr,
  procfs_success,
  procfs_readonly,
  procfs_symlink,
  procfs_ioctl,
  procfs_advlock,
  procfs_pathconf,
} as const;

const ROW: Readonly<Partial<Record<keyof typeof VOP, keyof typeof FUNCTIONS>>> = {
  vop_lookup: 'procfs_lookup',
  vop_open: 'procfs_open',
  vop_close: 'procfs_close',
  vop_access: 'procfs_access',
  vop_getattr: 'procfs_getattr',
  vop_setattr: 'procfs_setattr',
  vop_read: 'procfs_read',
  vop_write: 'procfs_write',
  vop_ioctl: 'procfs_ioctl',
  vop_fsync: 'procfs_success',
  vop_link: 'procfs_readonly',
  vop_symlink: 'procfs_symlink',
  vop_readdir: 'procfs_readdir',
  vop_readlink: 'procfs_readlink',
  vop_inactive: 'procfs_inactive',
  vop_reclaim: 'procfs_reclaim',
  vop_pathconf: 'procfs_pathconf',
  vop_advlock: 'procfs_advlock',
};

type Operation = (k: Context, ...words: number[]) => Steps<number>;

/** Makes the functions known to a realm. */
export function registerVnops(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, balanced(name, body));
}

/** The same operation, which must end all looks at processes that it has begun. */
function balanced(name: string, operation: Operation): Operation {
  return function* (k, ...words) {
    const { balance } = procfs(k);
    const depth = balance.depth(k.td);
    const answer = yield* operation(k, ...words);
    balance.check(k, name, depth);
    return answer;
  };
}

/** Lays the row out, while the machine boots; gives its address. */
export function bootVnops(kernel: Kernel): number {
  const row = kernel.memory.reserve(Vnodeops.size);
  for (const [slot, name] of Object.entries(ROW))
    kernel.words[row + VOP[slot as keyof typeof VOP]] = functionNumber(name);
  return row;
}
