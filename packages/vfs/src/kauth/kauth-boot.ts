/**
 * Owns laying out kernel authorization while the machine boots: scopes, what the kernel itself says, and the
 * models of a traditional system (NetBSD secmodel_bsd44: suser, securelevel, extensions) with jails. Every
 * realm has to register the functions of the listeners: `registerKauth`.
 */
import { functionNumber, type Kernel, type KernelFunction, type Registry } from '@smplab/lwkt';
import { VG } from '../vfs-layout.ts';
import { EXTENSIONS, secmodel_extensions_network, secmodel_extensions_process } from './curtain.ts';
import {
  JAIL,
  secmodel_jail_device,
  secmodel_jail_machdep,
  secmodel_jail_network,
  secmodel_jail_process,
  secmodel_jail_system,
} from './jail.ts';
import {
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
} from './kauth-layout.ts';
import { bootListener } from './listener.ts';
import { kauth_process_listener } from './process-listener.ts';
import { bootScopes } from './scope.ts';
import { bootSecmodel, type SecmodelDescription } from './secmodel.ts';
import {
  secmodel_securelevel_device,
  secmodel_securelevel_eval,
  secmodel_securelevel_machdep,
  secmodel_securelevel_network,
  secmodel_securelevel_process,
  secmodel_securelevel_system,
  secmodel_securelevel_vnode,
  SECURELEVEL,
} from './securelevel.ts';
import { secmodel_suser_eval, secmodel_suser_listener, SUSER } from './suser.ts';
import {
  kauth_device_listener,
  kauth_machdep_listener,
  kauth_network_listener,
  kauth_system_listener,
} from './system-listeners.ts';

/** What listeners are called by. */
export const KAUTH_FUNCTIONS = {
  kauth_device_listener,
  kauth_machdep_listener,
  kauth_network_listener,
  kauth_process_listener,
  kauth_system_listener,
  secmodel_extensions_network,
  secmodel_extensions_process,
  secmodel_jail_device,
  secmodel_jail_machdep,
  secmodel_jail_network,
  secmodel_jail_process,
  secmodel_jail_system,
  secmodel_securelevel_device,
  secmodel_securelevel_eval,
  secmodel_securelevel_machdep,
  secmodel_securelevel_network,
  secmodel_securelevel_process,
  secmodel_securelevel_system,
  secmodel_securelevel_vnode,
  secmodel_suser_eval,
  secmodel_suser_listener,
} as const satisfies Readonly<Record<string, KernelFunction>>;

/** The models of a traditional system (secmodel_bsd44), and that of jails, which processes here may be in. */
export const BSD44: readonly SecmodelDescription[] = [SUSER, SECURELEVEL, EXTENSIONS, JAIL];

/** What the kernel itself says, whatever the models are. */
const OWN = [
  [KAUTH_SCOPE_SYSTEM, 'kauth_system_listener'],
  [KAUTH_SCOPE_PROCESS, 'kauth_process_listener'],
  [KAUTH_SCOPE_NETWORK, 'kauth_network_listener'],
  [KAUTH_SCOPE_DEVICE, 'kauth_device_listener'],
  [KAUTH_SCOPE_MACHDEP, 'kauth_machdep_listener'],
] as const;

/** Makes them known to a realm. */
export function registerKauth(registry: Registry): void {
  for (const [name, body] of Object.entries(KAUTH_FUNCTIONS)) registry.register(name, body);
}

export interface KauthBootOptions {
  /** kern.securelevel at first. */
  readonly securelevel?: number;
  /** security.curtain at first. */
  readonly curtain?: boolean;
  readonly models?: readonly SecmodelDescription[];
}

/** Lays it out, with the models of a traditional system unless told otherwise. */
export function bootKauth(kernel: Kernel, g: number, options: KauthBootOptions = {}): void {
  const { securelevel = 0, curtain = false, models = BSD44 } = options;
  bootScopes(kernel, g);
  for (const [scope, fn] of OWN) bootListener(kernel, g, scope, functionNumber(fn), 0);
  for (const model of models) bootSecmodel(kernel, g, model);
  kernel.words[g + VG.vg_securelevel] = securelevel;
  kernel.words[g + VG.vg_curtain] = curtain ? 1 : 0;
}
