/**
 * Owns the oracle of generations (procfs.md 4, iv): what is read through a node is of the process that the
 * node was made for, and not of a later one with its pid. Asked at the copy-out, by the thread that reads,
 * which has p_reflock of the process shared. No steps, and nothing is decided by it.
 */
import type { Context } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { pfsTypeName } from '../node/node-types.ts';
import { PFS_NODE } from '../procfs-layout.ts';

/** Fails the run if the node was made for another process than `p` (0 for none). */
export function checkGeneration(k: Context, pfs: number, p: number): void {
  const { words } = k;
  const made = words[pfs + PFS_NODE.pfs_generation];
  // A process keeps the serial it was entered into the table with.
  const found = p === 0 ? 0 : words[p + kern.P.p_serial];
  if (made === found) return;
  const pid = words[pfs + PFS_NODE.pfs_pid];
  k.misuse(
    'assertion',
    `procfs: node ${pfsTypeName(words[pfs + PFS_NODE.pfs_type])} of process ${pid} was made for the ` +
      `process that had serial ${made}, and now shows that with serial ${found}`,
  );
}
