/**
 * Owns the list of bugs of procfs, in the order of their numbers (reference/procfs.md, section 4). After each
 * the schedule in which it was found on the worst of 20 seeds (`npm run campaign:history NAME`).
 */
import type { VfsScenario } from '@smplab/vfs';
import staleNode from './stale-node.ts';

export const procfsHistory: readonly VfsScenario[] = [
  ...staleNode, // 4
];
