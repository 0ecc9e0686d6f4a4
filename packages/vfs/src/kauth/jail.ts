/**
 * Owns the security model of jails, which NetBSD has not: what DragonFly says in prison_priv_check and
 * PRISON_CHECK (sys/kern/kern_jail.c), as listeners. Who is in a jail is root over what is in the jail, not
 * over the system, and knows of no process outside. Runs in whoever asks, who keeps a process from going
 * away. A machine without a process table has no jails.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { jailed, PRISON_CHECK, proc_ucred_drop, proc_ucred_hold } from '@smplab/proc';
import {
  KAUTH_DEVICE_RAWIO_PASSTHRU,
  KAUTH_DEVICE_RAWIO_SPEC,
  KAUTH_NETWORK_BIND,
  KAUTH_NETWORK_SOCKET,
  KAUTH_PROCESS_FORK,
  KAUTH_PROCESS_RLIMIT,
  KAUTH_REQ_NETWORK_SOCKET_RAWSOCK,
  KAUTH_REQ_SYSTEM_MOUNT_GET,
  KAUTH_SYSTEM_CHROOT,
  KAUTH_SYSTEM_MOUNT,
} from './kauth-actions.ts';
import {
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
} from './kauth-layout.ts';
import type { SecmodelDescription } from './secmodel.ts';

export const SECMODEL_JAIL = 'smplab.secmodel.jail';

export const JAIL: SecmodelDescription = {
  id: SECMODEL_JAIL,
  listeners: [
    { scope: KAUTH_SCOPE_SYSTEM, fn: 'secmodel_jail_system' },
    { scope: KAUTH_SCOPE_PROCESS, fn: 'secmodel_jail_process' },
    { scope: KAUTH_SCOPE_NETWORK, fn: 'secmodel_jail_network' },
    { scope: KAUTH_SCOPE_MACHDEP, fn: 'secmodel_jail_machdep' },
    { scope: KAUTH_SCOPE_DEVICE, fn: 'secmodel_jail_device' },
  ],
};

/** Scope system: a jail may have another root inside, and may look at mounts. */
export function* secmodel_jail_system(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  req: number,
): Steps<number> {
  const isLook = action === KAUTH_SYSTEM_MOUNT && req === KAUTH_REQ_SYSTEM_MOUNT_GET;
  return denyUnless(action === KAUTH_SYSTEM_CHROOT || isLook || !isJailed(k, cred));
}

/** Scope process: none of another prison. What a fork or limit is for is the process itself. */
export function* secmodel_jail_process(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  p: number,
): Steps<number> {
  const isOwn = action === KAUTH_PROCESS_FORK || action === KAUTH_PROCESS_RLIMIT;
  if (isOwn || !isJailed(k, cred)) return KAUTH_RESULT_DEFER;
  const target = yield* proc_ucred_hold(k, p);
  const isInside = target !== 0 && PRISON_CHECK(k, cred, target);
  yield* proc_ucred_drop(k, target);
  return denyUnless(isInside);
}

/** Scope network: sockets and ports, but nothing of the system's. */
export function* secmodel_jail_network(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  req: number,
): Steps<number> {
  const isSocket = action === KAUTH_NETWORK_SOCKET && req !== KAUTH_REQ_NETWORK_SOCKET_RAWSOCK;
  return denyUnless(isSocket || action === KAUTH_NETWORK_BIND || !isJailed(k, cred));
}

/** Scope machdep: nothing. */
export function* secmodel_jail_machdep(k: Context, cred: number): Steps<number> {
  return denyUnless(!isJailed(k, cred));
}

/** Scope device: terminals only. */
export function* secmodel_jail_device(k: Context, cred: number, action: number): Steps<number> {
  const isRaw = action === KAUTH_DEVICE_RAWIO_SPEC || action === KAUTH_DEVICE_RAWIO_PASSTHRU;
  return denyUnless(!isRaw || !isJailed(k, cred));
}

function isJailed(k: Context, cred: number): boolean {
  return k.kernel.proc !== null && jailed(k, cred);
}

function denyUnless(isAllowed: boolean): number {
  return isAllowed ? KAUTH_RESULT_DEFER : KAUTH_RESULT_DENY;
}
