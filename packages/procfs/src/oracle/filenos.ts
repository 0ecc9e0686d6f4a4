/**
 * Owns the oracle of numbers (procfs.md 4, bugs 26 and 31): no two nodes that are there on a mount at one
 * time have one number, and a file system says how large its blocks are, by which programs divide. Asked
 * where a node becomes known, under pg_hashlock, and where statvfs answers. No steps.
 */
import type { Context } from '@smplab/lwkt';
import { SV } from '@smplab/vfs';
import { pfsTypeName } from '../node/node-types.ts';
import { procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PG } from '../procfs-layout.ts';

/** Fails the run if another node of the mount has the number of one that has just been put into the table. */
export function checkFileno(k: Context, pfs: number): void {
  const { words } = k;
  const { g } = procfs(k);
  const table = words[g + PG.pg_hashtab];
  for (let bucket = 0; bucket <= words[g + PG.pg_hashmask]; bucket++) {
    for (let each = words[table + bucket]; each !== 0; each = words[each + PFS_NODE.pfs_hash]) {
      const isOther = each !== pfs && words[each + PFS_NODE.pfs_mount] === words[pfs + PFS_NODE.pfs_mount];
      if (!isOther || filenoOf(words, each) !== filenoOf(words, pfs)) continue;
      k.misuse(
        'assertion',
        `procfs: ${nameOf(words, pfs)} and ${nameOf(words, each)} both have number ${filenoOf(words, pfs)}`,
      );
    }
  }
}

/** Fails the run if what statvfs tells has no size of blocks. */
export function checkStatvfs(k: Context, buffer: number): void {
  const sizes = [SV.f_bsize, SV.f_frsize, SV.f_iosize].map((size) => k.words[buffer + size]);
  if (sizes.every((size) => size > 0)) return;
  k.misuse(
    'assertion',
    `procfs: statvfs tells of blocks of ${sizes.join(', ')} bytes, and programs divide by it`,
  );
}

function filenoOf(words: Int32Array, pfs: number): bigint {
  const low = BigInt(words[pfs + PFS_NODE.pfs_fileno] >>> 0);
  return (BigInt(words[pfs + PFS_NODE.pfs_fileno + 1] >>> 0) << 32n) | low;
}

function nameOf(words: Int32Array, pfs: number): string {
  return `${pfsTypeName(words[pfs + PFS_NODE.pfs_type])} of process ${words[pfs + PFS_NODE.pfs_pid]}`;
}
