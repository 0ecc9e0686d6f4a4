/**
 * Owns the list of bugs of procfs, in the order of their numbers (reference/procfs.md, section 4). After each
 * the schedule in which it was found on the worst of 20 seeds (`npm run campaign:history NAME`).
 */
import type { VfsScenario } from '@smplab/vfs';
import busySleeps from './busy-sleeps.ts';
import hooksUnlocked from './hooks-unlocked.ts';
import initOrder from './init-order.ts';
import mountHook from './mount-hook.ts';
import noExecHook from './no-exec-hook.ts';
import noIoCheck from './no-io-check.ts';
import refEarly from './ref-early.ts';
import reload from './reload.ts';
import revokeLocked from './revoke-locked.ts';
import staleNode from './stale-node.ts';
import suspendInterruptible from './suspend-interruptible.ts';
import vopUnguarded from './vop-unguarded.ts';
import writerRights from './writer-rights.ts';

export const procfsHistory: readonly VfsScenario[] = [
  ...mountHook, // 1
  ...hooksUnlocked, // 2
  ...initOrder, // 3, 2.4 a
  ...refEarly, // 2.4 b
  ...reload, // 2.4 c
  ...suspendInterruptible, // 2.4 d
  ...staleNode, // 4
  ...noIoCheck, // 5
  ...writerRights, // 7
  ...noExecHook, // 8
  ...revokeLocked, // 25
  ...vopUnguarded, // 28
  ...busySleeps, // 30
];
