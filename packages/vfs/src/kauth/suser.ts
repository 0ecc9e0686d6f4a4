/**
 * Owns the security model of the superuser (NetBSD sys/secmodel/suser/secmodel_suser.c): whose effective user
 * is 0 may do every known action; it never says DENY, so the other models can still refuse. Runs in whoever
 * asks; pure.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ENOENT } from '@smplab/proc';
import {
  KAUTH_DEVICE_RAWIO_PASSTHRU,
  KAUTH_GENERIC_ISSUSER,
  KAUTH_MACHDEP_UNMANAGEDMEM,
  KAUTH_NETWORK_SOCKET,
  KAUTH_PROCESS_STOPFLAG,
  KAUTH_SYSTEM_MAP_VA_ZERO,
} from './kauth-actions.ts';
import { kauth_cred_geteuid } from './kauth-cred.ts';
import {
  KAUTH_RESULT_ALLOW,
  KAUTH_RESULT_DEFER,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_GENERIC,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
  KAUTH_SCOPE_VNODE,
} from './kauth-layout.ts';
import type { SecmodelDescription } from './secmodel.ts';

export const SECMODEL_SUSER = 'org.netbsd.secmodel.suser';

/** Question of `secmodel_eval`: 1 if the credentials are those of root, else 0. */
export const SUSER_IS_ROOT = 1;

/** Actions are bits: all are known. */
const ALL = 0x7fffffff;

/** For each scope, the last known action. */
const KNOWN = [
  [KAUTH_SCOPE_GENERIC, KAUTH_GENERIC_ISSUSER],
  [KAUTH_SCOPE_SYSTEM, KAUTH_SYSTEM_MAP_VA_ZERO],
  [KAUTH_SCOPE_PROCESS, KAUTH_PROCESS_STOPFLAG],
  [KAUTH_SCOPE_NETWORK, KAUTH_NETWORK_SOCKET],
  [KAUTH_SCOPE_MACHDEP, KAUTH_MACHDEP_UNMANAGEDMEM],
  [KAUTH_SCOPE_DEVICE, KAUTH_DEVICE_RAWIO_PASSTHRU],
  [KAUTH_SCOPE_VNODE, ALL],
] as const;

export const SUSER: SecmodelDescription = {
  id: SECMODEL_SUSER,
  evaluate: 'secmodel_suser_eval',
  listeners: KNOWN.map(([scope, last]) => ({ scope, fn: 'secmodel_suser_listener', cookie: last })),
};

/** The listener of all scopes; its cookie is the last action that is known. */
export function* secmodel_suser_listener(
  k: Context,
  cred: number,
  action: number,
  last: number,
): Steps<number> {
  return action <= last && isRoot(k, cred) ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}

/** Answers questions about credentials. */
export function* secmodel_suser_eval(k: Context, what: number, cred: number): Steps<number> {
  if (what !== SUSER_IS_ROOT) return -ENOENT;
  return isRoot(k, cred) ? 1 : 0;
}

function isRoot(k: Context, cred: number): boolean {
  return kauth_cred_geteuid(k, cred) === 0;
}
