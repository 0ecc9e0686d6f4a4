/**
 * Owns the list of fix switches of file systems: places where they can go back to what the seeds, or NetBSD
 * before a commit, do wrong. With a switch in `asSeed` that path runs. Pure data.
 */
import { type FixRecord, type FixSwitch, pickedFixes } from '@smplab/lwkt';

export const VFS_FIX_SWITCHES = [] as const satisfies readonly FixSwitch[];

export type VfsFixId = (typeof VFS_FIX_SWITCHES)[number]['id'];

/** The historical paths that are on. */
export type VfsAsSeed = FixRecord<VfsFixId>;

/** Picks the switches of file systems out of the ids a machine was given. */
export function vfsAsSeedOf(ids: ReadonlySet<string>): VfsAsSeed {
  return pickedFixes(ids, VFS_FIX_SWITCHES);
}
