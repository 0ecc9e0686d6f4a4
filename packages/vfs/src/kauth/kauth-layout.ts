/**
 * Owns the layout of scopes, listeners and security models (struct kauth_scope and kauth_listener of NetBSD
 * sys/kern/kern_auth.c, struct secmodel of sys/secmodel/secmodel.c), and the numbers of answers and scopes.
 * Guards: l = vg_kauth_lock, shared to look and exclusive to change; c = constant while it is listed.
 *
 *     vg_kauth_scopes --ks_list--> scope --ks_listeners--> listener --kl_list--> listener ...
 *     vg_secmodels --sm_list--> secmodel --sm_listeners[]--> its listeners
 */
import { array, guardedBy, int32, listEntry, listHead, pointer, struct } from '@smplab/kmem';

/** What a listener answers. */
export const KAUTH_RESULT_ALLOW = 0;
export const KAUTH_RESULT_DENY = 1;
export const KAUTH_RESULT_DEFER = 2;

/** The built-in scopes. Those of others have higher numbers. */
export const KAUTH_SCOPE_CRED = 1;
export const KAUTH_SCOPE_GENERIC = 2;
export const KAUTH_SCOPE_SYSTEM = 3;
export const KAUTH_SCOPE_PROCESS = 4;
export const KAUTH_SCOPE_NETWORK = 5;
export const KAUTH_SCOPE_MACHDEP = 6;
export const KAUTH_SCOPE_DEVICE = 7;
export const KAUTH_SCOPE_VNODE = 8;

export const KAUTH_BUILTIN_SCOPES = [
  KAUTH_SCOPE_CRED,
  KAUTH_SCOPE_GENERIC,
  KAUTH_SCOPE_SYSTEM,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_VNODE,
] as const;

export const KauthScope = struct('kauth_scope', {
  /** c */
  ks_id: guardedBy('kauth_lock', int32),
  ks_list: guardedBy('kauth_lock', listEntry('kauth_scope')),
  ks_listeners: guardedBy('kauth_lock', listHead('kauth_listener')),
  ks_nlisteners: guardedBy('kauth_lock', int32),
});

/** Word offsets. */
export const KS = KauthScope.offsets;

export const KauthListener = struct('kauth_listener', {
  /** c */
  kl_scope: guardedBy('kauth_lock', pointer('kauth_scope')),
  /** Number of the function that is asked, and the word it is given as it is: c. */
  kl_fn: guardedBy('kauth_lock', int32),
  kl_cookie: guardedBy('kauth_lock', int32),
  kl_list: guardedBy('kauth_lock', listEntry('kauth_listener')),
});

/** Word offsets. */
export const KL = KauthListener.offsets;

/** Most scopes one security model listens to. */
export const SECMODEL_LISTENERS = 8;

export const Secmodel = struct('secmodel', {
  /** Number of its name (`functionNumber`): c. */
  sm_id: guardedBy('kauth_lock', int32),
  /** Number of the function that answers `secmodel_eval`, 0 for none: c. */
  sm_eval: guardedBy('kauth_lock', int32),
  sm_list: guardedBy('kauth_lock', listEntry('secmodel')),
  sm_listeners: guardedBy('kauth_lock', array(int32, SECMODEL_LISTENERS)),
});

/** Word offsets. */
export const SM = Secmodel.offsets;
