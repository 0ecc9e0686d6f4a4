/**
 * Owns the list of bugs of procfs, in the order of their numbers (reference/procfs.md, section 4). After each
 * the schedule in which it was found on the worst of 20 seeds (`npm run campaign:history NAME`).
 */
import type { VfsScenario } from '@smplab/vfs';
import busySleeps from './busy-sleeps.ts';
import hooksOfModule from './hooks-of-module.ts';
import initOrder from './init-order.ts';
import mountHook from './mount-hook.ts';
import reload from './reload.ts';
import staleNode from './stale-node.ts';

export const procfsHistory: readonly VfsScenario[] = [
  ...mountHook, // 1
  ...hooksOfModule, // 2
  ...initOrder, // 3, 2.4 a
  ...reload, // 2.4 c
  ...staleNode, // 4
  ...busySleeps, // 30
];
