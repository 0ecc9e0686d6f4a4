/**
 * Owns laying procfs out while the machine boots: what all CPUs share, and its two rows of operations; and
 * making its functions known to a realm.
 */
import { Symbols } from '@smplab/kmem';
import { type Context, functionNumber, type Kernel, lockinit, type Registry, Spinlock } from '@smplab/lwkt';
import { bootVfsops, type VfsOperations } from '@smplab/vfs';
import { procfs_listener_cb } from './module/listener.ts';
import { procfs_loadvnode } from './module/loadvnode.ts';
import { procfs_modcmd } from './module/modcmd.ts';
import { bootModules } from './module/modules.ts';
import {
  procfs_eopnotsupp,
  procfs_mount,
  procfs_nothing,
  procfs_novnode,
  procfs_root,
  procfs_statvfs,
  procfs_unmount,
} from './module/vfsops.ts';
import { PG, ProcfsGlobals } from './procfs-layout.ts';
import { bootVnops, registerVnops } from './vnops/vnops-boot.ts';

const FUNCTIONS = {
  procfs_modcmd,
  procfs_listener_cb,
  procfs_mount,
  procfs_unmount,
  procfs_root,
  procfs_statvfs,
  procfs_loadvnode,
  procfs_nothing,
  procfs_eopnotsupp,
  procfs_novnode,
} as const;

const VFSOPS: Readonly<Partial<Record<keyof VfsOperations, keyof typeof FUNCTIONS>>> = {
  vfs_mount: 'procfs_mount',
  vfs_start: 'procfs_nothing',
  vfs_unmount: 'procfs_unmount',
  vfs_root: 'procfs_root',
  vfs_quotactl: 'procfs_eopnotsupp',
  vfs_statvfs: 'procfs_statvfs',
  vfs_sync: 'procfs_nothing',
  vfs_vget: 'procfs_novnode',
  vfs_loadvnode: 'procfs_loadvnode',
  vfs_fhtovp: 'procfs_novnode',
  vfs_vptofh: 'procfs_eopnotsupp',
  vfs_init: 'procfs_nothing',
  vfs_reinit: 'procfs_nothing',
  vfs_done: 'procfs_nothing',
  vfs_snapshot: 'procfs_eopnotsupp',
  vfs_extattrctl: 'procfs_eopnotsupp',
  vfs_fsync: 'procfs_eopnotsupp',
};

/** What a mount is that does not say. */
export interface MountDefaults {
  readonly profile: number;
  readonly flags: number;
}

/** Makes the functions known to a realm. */
export function registerProcfsFunctions(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
  registerVnops(registry);
}

/** Lays everything out. */
export function bootProcfs(kernel: Kernel, { profile, flags }: MountDefaults): void {
  const g: number = new Symbols(kernel.memory).reserve('procfs_globals', ProcfsGlobals);
  const { words } = kernel;
  // All it needs of a context is the memory.
  const k = { words, kernel } as unknown as Context;
  lockinit(k, g + PG.pg_bootlock, 'procboot');
  lockinit(k, g + PG.pg_modlock, 'procfsmod');
  lockinit(k, g + PG.pg_modules_lock, 'modules');
  words[g + PG.pg_modules] = bootModules(kernel);
  kernel.writeText(g + PG.pg_hashlock + Spinlock.offsets.descr, 'procfs_hash');
  words[g + PG.pg_profile] = profile;
  words[g + PG.pg_flags] = flags;
  words[g + PG.pg_vnodeops] = bootVnops(kernel);
  const numbers = Object.entries(VFSOPS).map(([slot, name]) => [slot, functionNumber(name)]);
  words[g + PG.pg_vfsops] = bootVfsops(kernel, 'procfs', Object.fromEntries(numbers) as VfsOperations);
}
