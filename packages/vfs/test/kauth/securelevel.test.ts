import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps, TD } from '@smplab/lwkt';
import { EACCES, EINVAL, EPERM } from '@smplab/proc';
import { kauth_authorize_action, kauth_authorize_vnode } from '../../src/kauth/authorize.ts';
import * as A from '../../src/kauth/kauth-actions.ts';
import {
  KAUTH_SCOPE_DEVICE as DEVICE,
  KAUTH_SCOPE_MACHDEP as MACHDEP,
  KAUTH_SCOPE_NETWORK as NETWORK,
  KAUTH_SCOPE_PROCESS as PROCESS,
  KAUTH_SCOPE_SYSTEM as SYSTEM,
} from '../../src/kauth/kauth-layout.ts';
import { isDrawn, sysctl_curtain } from '../../src/kauth/curtain.ts';
import { securelevel, sysctl_securelevel } from '../../src/kauth/securelevel.ts';
import { M, MNT_FORCE, MNT_NOSUID, MNT_RDONLY, MNT_UPDATE, Mount } from '../../src/mount/mount-layout.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE, processOf } from './fixtures/kauth-machine.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 20_000 };
const LEVELS = [-1, 0, 1, 2];

interface Machine {
  readonly init: number;
  readonly other: number;
  readonly mp: number;
}

/** What root may do up to which level; 2 is always. */
const RULES: readonly (readonly [
  upTo: number,
  scope: number,
  action: number,
  words: (m: Machine) => number[],
])[] = [
  [-1, PROCESS, A.KAUTH_PROCESS_PROCFS, ({ init }) => [init, 0, A.KAUTH_REQ_PROCESS_PROCFS_WRITE]],
  [-1, PROCESS, A.KAUTH_PROCESS_PROCFS, ({ init }) => [init, 0, A.KAUTH_REQ_PROCESS_PROCFS_RW]],
  [-1, PROCESS, A.KAUTH_PROCESS_PROCFS, ({ init }) => [init, 0, A.KAUTH_REQ_PROCESS_PROCFS_CTL]],
  [2, PROCESS, A.KAUTH_PROCESS_PROCFS, ({ init }) => [init, 0, A.KAUTH_REQ_PROCESS_PROCFS_READ]],
  [2, PROCESS, A.KAUTH_PROCESS_PROCFS, ({ other }) => [other, 0, A.KAUTH_REQ_PROCESS_PROCFS_WRITE]],
  [-1, PROCESS, A.KAUTH_PROCESS_PTRACE, ({ init }) => [init, A.KAUTH_REQ_PROCESS_PTRACE_ATTACH]],
  [2, PROCESS, A.KAUTH_PROCESS_PTRACE, ({ other }) => [other, A.KAUTH_REQ_PROCESS_PTRACE_ATTACH]],
  [1, PROCESS, A.KAUTH_PROCESS_CORENAME, ({ other }) => [other]],
  [2, PROCESS, A.KAUTH_PROCESS_SIGNAL, ({ init }) => [init, 15]],
  [0, SYSTEM, A.KAUTH_SYSTEM_CHSYSFLAGS, () => []],
  [0, SYSTEM, A.KAUTH_SYSTEM_MAP_VA_ZERO, () => []],
  [0, SYSTEM, A.KAUTH_SYSTEM_MODULE, () => []],
  [0, SYSTEM, A.KAUTH_SYSTEM_SETIDCORE, () => []],
  [0, SYSTEM, A.KAUTH_SYSTEM_TIME, () => [A.KAUTH_REQ_SYSTEM_TIME_RTCOFFSET]],
  [1, SYSTEM, A.KAUTH_SYSTEM_TIME, () => [A.KAUTH_REQ_SYSTEM_TIME_SYSTEM, 1]],
  [2, SYSTEM, A.KAUTH_SYSTEM_TIME, () => [A.KAUTH_REQ_SYSTEM_TIME_SYSTEM, 0]],
  [1, SYSTEM, A.KAUTH_SYSTEM_MOUNT, () => [A.KAUTH_REQ_SYSTEM_MOUNT_NEW]],
  [2, SYSTEM, A.KAUTH_SYSTEM_MOUNT, () => [A.KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT]],
  [1, SYSTEM, A.KAUTH_SYSTEM_MOUNT, ({ mp }) => [A.KAUTH_REQ_SYSTEM_MOUNT_UPDATE, mp, MNT_UPDATE]],
  [2, SYSTEM, A.KAUTH_SYSTEM_MOUNT, ({ mp }) => update(mp, MNT_RDONLY)],
  [2, SYSTEM, A.KAUTH_SYSTEM_MOUNT, ({ mp }) => update(mp, MNT_RDONLY | MNT_FORCE | MNT_NOSUID)],
  [1, SYSTEM, A.KAUTH_SYSTEM_MOUNT, ({ mp }) => update(mp, MNT_RDONLY | 0x4)],
  [0, SYSTEM, A.KAUTH_SYSTEM_SYSCTL, () => [A.KAUTH_REQ_SYSTEM_SYSCTL_ADD]],
  [0, SYSTEM, A.KAUTH_SYSTEM_SYSCTL, () => [A.KAUTH_REQ_SYSTEM_SYSCTL_DELETE]],
  [2, SYSTEM, A.KAUTH_SYSTEM_SYSCTL, () => [A.KAUTH_REQ_SYSTEM_SYSCTL_MODIFY]],
  [2, SYSTEM, A.KAUTH_SYSTEM_REBOOT, () => []],
  [1, NETWORK, A.KAUTH_NETWORK_FIREWALL, () => [A.KAUTH_REQ_NETWORK_FIREWALL_FW]],
  [0, NETWORK, A.KAUTH_NETWORK_FORWSRCRT, () => []],
  [2, NETWORK, A.KAUTH_NETWORK_ROUTE, () => []],
  [0, MACHDEP, A.KAUTH_MACHDEP_IOPL, () => []],
  [0, MACHDEP, A.KAUTH_MACHDEP_UNMANAGEDMEM, () => []],
  [1, MACHDEP, A.KAUTH_MACHDEP_CPU_UCODE_APPLY, () => []],
  [2, MACHDEP, A.KAUTH_MACHDEP_CACHEFLUSH, () => []],
  [2, DEVICE, A.KAUTH_DEVICE_RAWIO_SPEC, () => [A.KAUTH_REQ_DEVICE_RAWIO_SPEC_READ]],
  [1, DEVICE, A.KAUTH_DEVICE_RAWIO_SPEC, () => [A.KAUTH_REQ_DEVICE_RAWIO_SPEC_WRITE]],
  [2, DEVICE, A.KAUTH_DEVICE_RAWIO_PASSTHRU, () => [A.KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READCONF]],
  [0, DEVICE, A.KAUTH_DEVICE_RAWIO_PASSTHRU, () => [A.KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_WRITE]],
];

function update(mp: number, flags: number): number[] {
  return [A.KAUTH_REQ_SYSTEM_MOUNT_UPDATE, mp, MNT_UPDATE | flags];
}

/** The current thread is one of a process. */
function become(k: Context, p: number): void {
  k.words[k.td + TD.td_proc] = p;
}

describe('the security level', () => {
  it('keeps even root from actions, from a level on that the table of rules gives', () => {
    const program = kauthMachine('levels', {}, function* (k) {
      const root = yield* credentials(k, { uid: 0 });
      const init = yield* processOf(k, root, 1);
      const other = yield* processOf(k, root, 50);
      const mp = yield* k.allocateZeroed('temp', Mount.size);
      k.words[mp + M.mnt_flag] = MNT_NOSUID;
      for (const level of LEVELS) {
        k.words[vfs(k).g + VG.vg_securelevel] = level;
        for (const [upTo, scope, action, words] of RULES) {
          const args = words({ init, other, mp }) as [];
          const error = yield* kauth_authorize_action(k, scope, root, action, ...args);
          assert.equal(error, level <= upTo ? 0 : EPERM, `level ${level}: ${scope} ${action} ${args.join()}`);
        }
        const flags = A.KAUTH_VNODE_WRITE_SYSFLAGS;
        const has = flags | A.KAUTH_VNODE_HAS_SYSFLAGS;
        assert.equal(yield* kauth_authorize_vnode(k, root, flags, 0, 0, 0), 0);
        assert.equal(yield* kauth_authorize_vnode(k, root, has, 0, 0, 0), level > 0 ? EACCES : 0);
      }
      yield* dispose(k, [root], [init, other]);
      yield* k.free('temp', mp);
    });
    runs(program, ONCE);
  });

  it('is raised by root, lowered by init and the kernel only, and is one of four', () => {
    const program = kauthMachine('sysctl', {}, function* (k) {
      const root = yield* credentials(k, { uid: 0 });
      const alice = yield* credentials(k, { uid: 7 });
      const init = yield* processOf(k, root, 1);
      const other = yield* processOf(k, root, 50);
      for (const level of [-2, 3, 0.5]) assert.equal(yield* sysctl_securelevel(k, root, level), EINVAL);
      become(k, other);
      assert.equal(yield* sysctl_securelevel(k, alice, 1), EPERM);
      assert.equal(yield* sysctl_securelevel(k, root, 1), 0);
      assert.equal(yield* sysctl_securelevel(k, root, 1), 0);
      assert.equal(yield* sysctl_securelevel(k, root, 0), EPERM);
      assert.equal(securelevel(k), 1);
      become(k, init);
      assert.equal(yield* sysctl_securelevel(k, root, 0), 0);
      become(k, other);
      assert.equal(yield* sysctl_securelevel(k, root, 2), 0);
      assert.equal(yield* sysctl_securelevel(k, root, -1), EPERM);
      become(k, 0);
      assert.equal(yield* sysctl_securelevel(k, root, -1), 0);
      assert.equal(securelevel(k), -1);
      yield* dispose(k, [root, alice], [init, other]);
    });
    runs(program, ONCE);
  });

  const functions = {
    *raises(k: Context, cred: number, p: number, level: number): Steps {
      become(k, p);
      yield* sysctl_securelevel(k, cred, level);
      k.assert(securelevel(k) >= level, `the level is ${securelevel(k)} after it was ${level}`);
      become(k, 0);
    },
    /** Draws the curtain back unless the level forbids it; at a level that is raised it stays drawn. */
    *uncurtains(k: Context, cred: number): Steps {
      const isSecure = securelevel(k) > 0;
      const error = yield* sysctl_curtain(k, cred, 0);
      k.assert(!isSecure || error === EPERM, 'the curtain is drawn back at level 1');
    },
  };

  it('never falls while two CPUs raise it', () => {
    const program = kauthMachine('two raise', { functions }, function* (k) {
      const root = yield* credentials(k, { uid: 0 });
      const p = yield* processOf(k, root, 50);
      const other = yield* lwkt_create(k, fn('raises'), { cpu: 1, args: [root, p, 2] });
      yield* functions.raises(k, root, p, 1);
      yield* lwkt_join(k, other);
      k.assert(securelevel(k) === 2, `the level is ${securelevel(k)}`);
      yield* dispose(k, [root], [p]);
    });
    assert.equal(runs(program, ALL).verdict, 'proved');
  });

  it('keeps the curtain drawn from the moment it is raised', () => {
    const program = kauthMachine('curtain', { functions, curtain: true }, function* (k) {
      const root = yield* credentials(k, { uid: 0 });
      const p = yield* processOf(k, root, 50);
      const other = yield* lwkt_create(k, fn('uncurtains'), { cpu: 1, args: [root] });
      yield* functions.raises(k, root, p, 1);
      const wasDrawn = isDrawn(k);
      yield* lwkt_join(k, other);
      k.assert(!wasDrawn || isDrawn(k), 'it has been drawn back later');
      yield* dispose(k, [root], [p]);
    });
    assert.equal(runs(program, ALL).verdict, 'proved');
  });
});
