/**
 * Owns the curtain (NetBSD sys/secmodel/extensions/secmodel_extensions.c, security.curtain): while it is
 * drawn, processes and sockets of other users are not seen, except by root. Runs in whoever asks, who keeps a
 * process from going away. Guard: vg_curtain changes under vg_kauth_lock, exclusively, under which the
 * security level changes too: it is not drawn back at a level that has been raised.
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { EINVAL, EPERM, proc_ucred_drop, proc_ucred_hold } from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { kauth_authorize_system } from './authorize.ts';
import {
  KAUTH_NETWORK_SOCKET,
  KAUTH_PROCESS_CANSEE,
  KAUTH_REQ_NETWORK_SOCKET_CANSEE,
  KAUTH_REQ_PROCESS_CANSEE_ARGS,
  KAUTH_REQ_PROCESS_CANSEE_ENTRY,
  KAUTH_REQ_PROCESS_CANSEE_OPENFILES,
  KAUTH_REQ_SYSTEM_SYSCTL_MODIFY,
  KAUTH_SYSTEM_SYSCTL,
} from './kauth-actions.ts';
import { kauth_cred_uidmatch } from './kauth-cred.ts';
import {
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
} from './kauth-layout.ts';
import { SECMODEL_SECURELEVEL, SECURELEVEL_IS_ABOVE } from './securelevel.ts';
import { secmodel_eval, type SecmodelDescription } from './secmodel.ts';
import { SECMODEL_SUSER, SUSER_IS_ROOT } from './suser.ts';

export const SECMODEL_EXTENSIONS = 'org.netbsd.secmodel.extensions';

export const EXTENSIONS: SecmodelDescription = {
  id: SECMODEL_EXTENSIONS,
  listeners: [
    { scope: KAUTH_SCOPE_PROCESS, fn: 'secmodel_extensions_process' },
    { scope: KAUTH_SCOPE_NETWORK, fn: 'secmodel_extensions_network' },
  ],
};

/** The environment is for its owner in any case, so the curtain has nothing to say about it. */
const CURTAINED: readonly number[] = [
  KAUTH_REQ_PROCESS_CANSEE_ARGS,
  KAUTH_REQ_PROCESS_CANSEE_ENTRY,
  KAUTH_REQ_PROCESS_CANSEE_OPENFILES,
];

/** Scope process. A process that has no credentials yet is nobody's. */
export function* secmodel_extensions_process(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  p: number,
  arg1: number,
): Steps<number> {
  if (action !== KAUTH_PROCESS_CANSEE || !CURTAINED.includes(arg1) || !isDrawn(k)) return KAUTH_RESULT_DEFER;
  const target = yield* proc_ucred_hold(k, p);
  const result = yield* mayLook(k, cred, target);
  yield* proc_ucred_drop(k, target);
  return result;
}

/** Scope network: arg1 are the credentials of who has made the socket, 0 when they are gone. */
export function* secmodel_extensions_network(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  req: number,
  arg1: number,
): Steps<number> {
  const isLook = action === KAUTH_NETWORK_SOCKET && req === KAUTH_REQ_NETWORK_SOCKET_CANSEE;
  if (!isLook || !isDrawn(k)) return KAUTH_RESULT_DEFER;
  return arg1 === 0 ? KAUTH_RESULT_DENY : yield* mayLook(k, cred, arg1);
}

/** Whether it is drawn (security.curtain). */
export function isDrawn(k: Context): boolean {
  return k.peek(vfs(k).g + VG.vg_curtain) !== 0;
}

/**
 * Sets security.curtain for who has the credentials: 0; EINVAL for other values than 0 and 1; EPERM for who
 * may not set it, and for drawing it back while the security level is above 0.
 */
export function* sysctl_curtain(k: Context, cred: number, value: number): Steps<number> {
  if (value !== 0 && value !== 1) return EINVAL;
  const error = yield* kauth_authorize_system(k, cred, KAUTH_SYSTEM_SYSCTL, KAUTH_REQ_SYSTEM_SYSCTL_MODIFY);
  if (error !== 0) return error;
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_EXCLUSIVE);
  const isLoosened = value === 0 && isDrawn(k);
  const isSecure = (yield* secmodel_eval(k, SECMODEL_SECURELEVEL, SECURELEVEL_IS_ABOVE, 0)) > 0;
  const isRefused = isLoosened && isSecure;
  if (!isRefused) yield* k.store(g + VG.vg_curtain, value);
  yield* lockmgr(k, g + VG.vg_kauth_lock, LK_RELEASE);
  return isRefused ? EPERM : 0;
}

/** DENY for what belongs to others, unless there is a superuser and it is the one who looks. */
function* mayLook(k: Context, cred: number, target: number): Steps<number> {
  if (target !== 0 && kauth_cred_uidmatch(k, cred, target)) return KAUTH_RESULT_DEFER;
  const isRoot = yield* secmodel_eval(k, SECMODEL_SUSER, SUSER_IS_ROOT, cred);
  return isRoot === 0 ? KAUTH_RESULT_DENY : KAUTH_RESULT_DEFER;
}
