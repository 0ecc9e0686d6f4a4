/**
 * Owns the list of bugs of procfs, in the order of their numbers (reference/procfs.md, section 4). Beside
 * each its number, and the schedule that finds it on the worst of 20 seeds (`npm run campaign:history NAME`).
 */
import type { VfsScenario } from '@smplab/vfs';
import attachOppid from './attach-oppid.ts';
import attachOwnLock from './attach-own-lock.ts';
import attachUnlocked from './attach-unlocked.ts';
import blockSize from './block-size.ts';
import busySleeps from './busy-sleeps.ts';
import detachAnybody from './detach-anybody.ts';
import exitLeavesTraced from './exit-leaves-traced.ts';
import filenoBits from './fileno-bits.ts';
import hooksUnlocked from './hooks-unlocked.ts';
import inactiveBusy from './inactive-busy.ts';
import initOrder from './init-order.ts';
import lastTwoFds from './last-two-fds.ts';
import lookupSees from './lookup-sees.ts';
import mountHook from './mount-hook.ts';
import noExecHook from './no-exec-hook.ts';
import noHashinit from './no-hashinit.ts';
import noIoCheck from './no-io-check.ts';
import offset from './offset.ts';
import readdirUnlocks from './readdir-unlocks.ts';
import refEarly from './ref-early.ts';
import reload from './reload.ts';
import revokeLocked from './revoke-locked.ts';
import setattr from './setattr.ts';
import staleNode from './stale-node.ts';
import suspendInterruptible from './suspend-interruptible.ts';
import tornRegs from './torn-regs.ts';
import unfrozenRegs from './unfrozen-regs.ts';
import vopUnguarded from './vop-unguarded.ts';
import waitInside from './wait-inside.ts';
import waitInverted from './wait-inverted.ts';
import waitZombie from './wait-zombie.ts';
import zombieNodes from './zombie-nodes.ts';
import writerRights from './writer-rights.ts';

export const procfsHistory: readonly VfsScenario[] = [
  ...mountHook, // 1: 37
  ...hooksUnlocked, // 2: 86; one of the 20 finds the panic of PR 57775 first: a dangling vnode
  ...noHashinit, // 3: 1
  ...initOrder, // 3, 2.4 a: 233
  ...refEarly, // 2.4 b: 61
  ...reload, // 2.4 c: 362
  ...suspendInterruptible, // 2.4 d: 1
  ...staleNode, // 4: 5
  ...zombieNodes, // 4: 4
  ...noIoCheck, // 5: 193
  ...attachUnlocked, // 6: 5
  ...writerRights, // 7: 1
  ...noExecHook, // 8: 24
  ...attachOwnLock, // 9: 5
  ...unfrozenRegs, // 10: 38
  ...setattr, // 12: 1
  ...offset, // 13: 1
  ...inactiveBusy, // 16: 4
  ...readdirUnlocks, // 17: 21
  ...lookupSees, // 18: 1
  ...waitZombie, // 19: 5
  ...waitInverted, // 20: 1
  ...attachOppid, // 21: 5
  ...detachAnybody, // 22: 5
  ...exitLeavesTraced, // 23: 5
  ...revokeLocked, // 25: 5
  ...filenoBits, // 26: 1
  ...vopUnguarded, // 28: 107
  ...waitInside, // 29: 1
  ...busySleeps, // 30: 23
  ...blockSize, // 31: 1
  ...lastTwoFds, // 32: 1
  ...tornRegs, // 1.8: 99
];
