/**
 * Owns the security level of the system (NetBSD sys/secmodel/securelevel/secmodel_securelevel.c): what even
 * root may not do from a level on, and that the level rises only. Runs in whoever asks. Guard: vg_securelevel
 * changes under vg_kauth_lock, exclusively: of two who raise it at a time the higher level stays, and one
 * decision sees one level. A look without the lock is racy on purpose.
 *
 *     -1 permanently insecure    0 insecure    1 secure    2 highly secure
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { curproc, EINVAL, ENOENT, EPERM, P } from '@smplab/proc';
import { M, MNT_FORCE, MNT_RDONLY, MNT_UPDATE } from '../mount/mount-layout.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { kauth_authorize_system } from './authorize.ts';
import {
  KAUTH_DEVICE_RAWIO_PASSTHRU,
  KAUTH_DEVICE_RAWIO_SPEC,
  KAUTH_MACHDEP_CPU_UCODE_APPLY,
  KAUTH_MACHDEP_IOPERM_SET,
  KAUTH_MACHDEP_IOPL,
  KAUTH_MACHDEP_UNMANAGEDMEM,
  KAUTH_NETWORK_FIREWALL,
  KAUTH_NETWORK_FORWSRCRT,
  KAUTH_PROCESS_CORENAME,
  KAUTH_PROCESS_PROCFS,
  KAUTH_PROCESS_PTRACE,
  KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READCONF,
  KAUTH_REQ_DEVICE_RAWIO_SPEC_READ,
  KAUTH_REQ_PROCESS_PROCFS_READ,
  KAUTH_REQ_SYSTEM_MOUNT_NEW,
  KAUTH_REQ_SYSTEM_MOUNT_UPDATE,
  KAUTH_REQ_SYSTEM_SYSCTL_ADD,
  KAUTH_REQ_SYSTEM_SYSCTL_DELETE,
  KAUTH_REQ_SYSTEM_SYSCTL_DESC,
  KAUTH_REQ_SYSTEM_SYSCTL_MODIFY,
  KAUTH_REQ_SYSTEM_TIME_RTCOFFSET,
  KAUTH_REQ_SYSTEM_TIME_SYSTEM,
  KAUTH_SYSTEM_CHSYSFLAGS,
  KAUTH_SYSTEM_MAP_VA_ZERO,
  KAUTH_SYSTEM_MODULE,
  KAUTH_SYSTEM_MOUNT,
  KAUTH_SYSTEM_SETIDCORE,
  KAUTH_SYSTEM_SYSCTL,
  KAUTH_SYSTEM_TIME,
  KAUTH_VNODE_HAS_SYSFLAGS,
  KAUTH_VNODE_WRITE_SYSFLAGS,
} from './kauth-actions.ts';
import {
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
  KAUTH_SCOPE_VNODE,
} from './kauth-layout.ts';
import type { SecmodelDescription } from './secmodel.ts';

export const SECMODEL_SECURELEVEL = 'org.netbsd.secmodel.securelevel';

/** Question of `secmodel_eval`: 1 if the level is above the one that is given, else 0. */
export const SECURELEVEL_IS_ABOVE = 1;

const LOWEST = -1;
const HIGHEST = 2;
const INIT_PID = 1;

export const SECURELEVEL: SecmodelDescription = {
  id: SECMODEL_SECURELEVEL,
  evaluate: 'secmodel_securelevel_eval',
  listeners: [
    { scope: KAUTH_SCOPE_SYSTEM, fn: 'secmodel_securelevel_system' },
    { scope: KAUTH_SCOPE_PROCESS, fn: 'secmodel_securelevel_process' },
    { scope: KAUTH_SCOPE_NETWORK, fn: 'secmodel_securelevel_network' },
    { scope: KAUTH_SCOPE_MACHDEP, fn: 'secmodel_securelevel_machdep' },
    { scope: KAUTH_SCOPE_DEVICE, fn: 'secmodel_securelevel_device' },
    { scope: KAUTH_SCOPE_VNODE, fn: 'secmodel_securelevel_vnode' },
  ],
};

/** Scope system. */
export function* secmodel_securelevel_system(
  k: Context,
  _cred: number,
  action: number,
  _cookie: number,
  req: number,
  arg1: number,
  arg2: number,
): Steps<number> {
  switch (action) {
    case KAUTH_SYSTEM_CHSYSFLAGS:
    case KAUTH_SYSTEM_MAP_VA_ZERO:
    case KAUTH_SYSTEM_MODULE:
    case KAUTH_SYSTEM_SETIDCORE:
      return denyAbove(k, 0);
    case KAUTH_SYSTEM_TIME:
      if (req === KAUTH_REQ_SYSTEM_TIME_RTCOFFSET) return denyAbove(k, 0);
      // arg1: whether the clock would go back.
      return req === KAUTH_REQ_SYSTEM_TIME_SYSTEM && arg1 !== 0 ? denyAbove(k, 1) : KAUTH_RESULT_DEFER;
    case KAUTH_SYSTEM_MOUNT:
      if (req === KAUTH_REQ_SYSTEM_MOUNT_NEW) return denyAbove(k, 1);
      if (req !== KAUTH_REQ_SYSTEM_MOUNT_UPDATE || makesReadOnly(k, arg1, arg2)) return KAUTH_RESULT_DEFER;
      return denyAbove(k, 1);
    case KAUTH_SYSTEM_SYSCTL:
      return changesTree(req) ? denyAbove(k, 0) : KAUTH_RESULT_DEFER;
    default:
      return KAUTH_RESULT_DEFER;
  }
}

/** Scope process: init is out of reach, core dumps go where they went. */
export function* secmodel_securelevel_process(
  k: Context,
  _cred: number,
  action: number,
  _cookie: number,
  p: number,
  _arg1: number,
  arg2: number,
): Steps<number> {
  const isInit = p !== 0 && k.get(p + P.p_pid) === INIT_PID;
  switch (action) {
    case KAUTH_PROCESS_PROCFS:
      return isInit && arg2 !== KAUTH_REQ_PROCESS_PROCFS_READ ? denyAbove(k, -1) : KAUTH_RESULT_DEFER;
    case KAUTH_PROCESS_PTRACE:
      return isInit ? denyAbove(k, -1) : KAUTH_RESULT_DEFER;
    case KAUTH_PROCESS_CORENAME:
      return denyAbove(k, 1);
    default:
      return KAUTH_RESULT_DEFER;
  }
}

/** Scope network. */
export function* secmodel_securelevel_network(k: Context, _cred: number, action: number): Steps<number> {
  if (action === KAUTH_NETWORK_FIREWALL) return denyAbove(k, 1);
  return action === KAUTH_NETWORK_FORWSRCRT ? denyAbove(k, 0) : KAUTH_RESULT_DEFER;
}

/** Scope machdep. */
export function* secmodel_securelevel_machdep(k: Context, _cred: number, action: number): Steps<number> {
  switch (action) {
    case KAUTH_MACHDEP_IOPERM_SET:
    case KAUTH_MACHDEP_IOPL:
    case KAUTH_MACHDEP_UNMANAGEDMEM:
      return denyAbove(k, 0);
    case KAUTH_MACHDEP_CPU_UCODE_APPLY:
      return denyAbove(k, 1);
    default:
      return KAUTH_RESULT_DEFER;
  }
}

/** Scope device. No disk is known to be mounted here, so it is the level of unmounted ones that counts. */
export function* secmodel_securelevel_device(
  k: Context,
  _cred: number,
  action: number,
  _cookie: number,
  req: number,
): Steps<number> {
  if (action === KAUTH_DEVICE_RAWIO_SPEC && req !== KAUTH_REQ_DEVICE_RAWIO_SPEC_READ) return denyAbove(k, 1);
  const isMore = (req & ~KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READCONF) !== 0;
  return action === KAUTH_DEVICE_RAWIO_PASSTHRU && isMore ? denyAbove(k, 0) : KAUTH_RESULT_DEFER;
}

/** Scope vnode: flags of the system stay as they are. */
export function* secmodel_securelevel_vnode(k: Context, _cred: number, action: number): Steps<number> {
  const both = KAUTH_VNODE_WRITE_SYSFLAGS | KAUTH_VNODE_HAS_SYSFLAGS;
  return (action & both) === both ? denyAbove(k, 0) : KAUTH_RESULT_DEFER;
}

/** Answers questions about the level. */
export function* secmodel_securelevel_eval(k: Context, what: number, level: number): Steps<number> {
  if (what !== SECURELEVEL_IS_ABOVE) return -ENOENT;
  return isAbove(k, level) ? 1 : 0;
}

/** The level (kern.securelevel). */
export function securelevel(k: Context): number {
  return k.peek(vfs(k).g + VG.vg_securelevel);
}

/**
 * Sets kern.securelevel for who has the credentials: 0; EINVAL for no level; EPERM for who may not set it,
 * and for a lower level, except for init and the kernel.
 */
export function* sysctl_securelevel(k: Context, cred: number, level: number): Steps<number> {
  if (!Number.isInteger(level) || level < LOWEST || level > HIGHEST) return EINVAL;
  const error = yield* kauth_authorize_system(k, cred, KAUTH_SYSTEM_SYSCTL, KAUTH_REQ_SYSTEM_SYSCTL_MODIFY);
  if (error !== 0) return error;
  const p = curproc(k);
  const mayLower = p === 0 || k.get(p + P.p_pid) === INIT_PID;
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_EXCLUSIVE);
  const isRefused = level < securelevel(k) && !mayLower;
  if (!isRefused) yield* k.store(g + VG.vg_securelevel, level);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  return isRefused ? EPERM : 0;
}

function isAbove(k: Context, level: number): boolean {
  return securelevel(k) > level;
}

function denyAbove(k: Context, level: number): number {
  return isAbove(k, level) ? KAUTH_RESULT_DENY : KAUTH_RESULT_DEFER;
}

/** Whether an update of a mount does nothing else than to keep it from being written. */
function makesReadOnly(k: Context, mp: number, flags: number): boolean {
  const known = k.peek(mp + M.mnt_flag) | MNT_RDONLY | MNT_FORCE | MNT_UPDATE;
  return (flags & MNT_RDONLY) !== 0 && (flags & ~known) === 0;
}

function changesTree(req: number): boolean {
  return [KAUTH_REQ_SYSTEM_SYSCTL_ADD, KAUTH_REQ_SYSTEM_SYSCTL_DELETE, KAUTH_REQ_SYSTEM_SYSCTL_DESC].includes(
    req,
  );
}
