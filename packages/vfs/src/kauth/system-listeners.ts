/**
 * Owns what the kernel itself says about actions that are on no process (listeners of NetBSD sys/kern and
 * sys/miscfs: vfs_syscalls.c for mounts, uipc_socket.c for sockets, spec_vnops.c for devices): what everybody
 * may do, as far as the mode of a file does not say otherwise. Never DENY. Runs in whoever asks; pure.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  KAUTH_DEVICE_RAWIO_PASSTHRU,
  KAUTH_DEVICE_RAWIO_SPEC,
  KAUTH_MACHDEP_IOPERM_GET,
  KAUTH_NETWORK_BIND,
  KAUTH_NETWORK_SOCKET,
  KAUTH_REQ_NETWORK_BIND_PORT,
  KAUTH_REQ_NETWORK_SOCKET_CANSEE,
  KAUTH_REQ_NETWORK_SOCKET_OPEN,
  KAUTH_REQ_SYSTEM_MOUNT_GET,
  KAUTH_SYSTEM_MOUNT,
} from './kauth-actions.ts';
import { KAUTH_RESULT_ALLOW, KAUTH_RESULT_DEFER } from './kauth-layout.ts';

/** Mounts may be looked at by everybody. */
export function* kauth_system_listener(
  _k: Context,
  _cred: number,
  action: number,
  _cookie: number,
  req: number,
): Steps<number> {
  return answer(action === KAUTH_SYSTEM_MOUNT && req === KAUTH_REQ_SYSTEM_MOUNT_GET);
}

/** Sockets other than raw ones, ports other than privileged ones. */
export function* kauth_network_listener(
  _k: Context,
  _cred: number,
  action: number,
  _cookie: number,
  req: number,
): Steps<number> {
  const isSocket = [KAUTH_REQ_NETWORK_SOCKET_OPEN, KAUTH_REQ_NETWORK_SOCKET_CANSEE].includes(req);
  if (action === KAUTH_NETWORK_SOCKET) return answer(isSocket);
  return answer(action === KAUTH_NETWORK_BIND && req === KAUTH_REQ_NETWORK_BIND_PORT);
}

/** Devices are guarded by the modes of their files. */
export function* kauth_device_listener(_k: Context, _cred: number, action: number): Steps<number> {
  return answer(action === KAUTH_DEVICE_RAWIO_SPEC || action === KAUTH_DEVICE_RAWIO_PASSTHRU);
}

/** Permissions of ports may be looked at. */
export function* kauth_machdep_listener(_k: Context, _cred: number, action: number): Steps<number> {
  return answer(action === KAUTH_MACHDEP_IOPERM_GET);
}

function answer(isAllowed: boolean): number {
  return isAllowed ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}
