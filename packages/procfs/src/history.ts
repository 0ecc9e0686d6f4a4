/**
 * Owns the list of fix switches of procfs: places where it can go back to what the seeds, or the systems
 * before a commit, do wrong. With a switch in `asSeed` that path runs. Pure data.
 */
import { type FixRecord, type FixSwitch, pickedFixes } from '@smplab/lwkt';

export const PROCFS_FIX_SWITCHES = [
  {
    id: 'procfs-init-order',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong: 'the file system and its hooks are live before the lock and the table of nodes exist (2.4 a)',
  },
  {
    id: 'procfs-ref-early',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong: 'the mount is let go before it is suspended, so that an unmount may free it in between (2.4 b)',
  },
  {
    id: 'procfs-reload',
    commit: 'procfs_vfsops.c 1.117 2024-07-01',
    wrong:
      'the hook loads a node of a descriptor again while p_reflock is held by the process itself (2.4 c)',
  },
] as const satisfies readonly FixSwitch[];

export type ProcfsFixId = (typeof PROCFS_FIX_SWITCHES)[number]['id'];

/** The historical paths that are on. */
export type ProcfsAsSeed = FixRecord<ProcfsFixId>;

/** Picks the switches of procfs out of the ids a machine was given. */
export function procfsAsSeedOf(ids: ReadonlySet<string>): ProcfsAsSeed {
  return pickedFixes(ids, PROCFS_FIX_SWITCHES);
}
