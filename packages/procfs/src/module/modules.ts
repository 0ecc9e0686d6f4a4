/**
 * Owns loading and unloading modules (NetBSD kern/kern_module.c, in small): each is known from the boot on by
 * name, with the module it requires, and commanded by a function. Run by who loads or unloads, with
 * pg_modules_lock held. A module stays loaded while another that is loaded requires it.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  type Steps,
} from '@smplab/lwkt';
import { callResult, EBUSY, EEXIST, ENOENT, kern } from '@smplab/proc';
import { kauth_authorize_system, KAUTH_SYSTEM_MODULE } from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { MOD, Module, PG } from '../procfs-layout.ts';
import { MODULE_CMD_FINI, MODULE_CMD_INIT } from './modcmd.ts';

/** MODULE(class, name, required): what is part of the kernel is loaded from the boot on. */
const MODULES = [
  { name: 'ptrace_common', required: '', modcmd: functionNumber('procfs_nothing'), isLoaded: 1 },
  { name: 'procfs', required: 'ptrace_common', modcmd: functionNumber('procfs_modcmd'), isLoaded: 0 },
] as const;

/** Lays them out, while the machine boots; gives the address of the first. */
export function bootModules(kernel: Kernel): number {
  const first = kernel.memory.reserve(Module.size * MODULES.length);
  for (const [at, { name, required, modcmd, isLoaded }] of MODULES.entries()) {
    const module = first + at * Module.size;
    kernel.words[module + MOD.mod_name] = functionNumber(name);
    kernel.words[module + MOD.mod_required] = required === '' ? 0 : functionNumber(required);
    kernel.words[module + MOD.mod_modcmd] = modcmd;
    kernel.words[module + MOD.mod_isloaded] = isLoaded;
  }
  return first;
}

/** Loads a module: 0; ENOENT if it, or what it requires, is not there; EEXIST if it is loaded. */
export function module_load(k: Context, name: string): Steps<number> {
  return alone(k, function* () {
    const module = find(k, functionNumber(name));
    if (module === 0) return ENOENT;
    if (k.get(module + MOD.mod_isloaded) !== 0) return EEXIST;
    const required = k.words[module + MOD.mod_required];
    const other = find(k, required);
    if (required !== 0 && k.get(other + MOD.mod_isloaded) === 0) return ENOENT;
    const error = yield* command(k, module, MODULE_CMD_INIT);
    if (error !== 0) return error;
    k.set(module + MOD.mod_isloaded, 1);
    if (other !== 0) k.set(other + MOD.mod_refcnt, k.get(other + MOD.mod_refcnt) + 1);
    return 0;
  });
}

/** Unloads it: 0; ENOENT if it is not loaded; EBUSY if another requires it or it is in use. */
function module_unload(k: Context, name: string): Steps<number> {
  return alone(k, function* () {
    const module = find(k, functionNumber(name));
    if (module === 0 || k.get(module + MOD.mod_isloaded) === 0) return ENOENT;
    if (k.get(module + MOD.mod_refcnt) > 0) return EBUSY;
    const error = yield* command(k, module, MODULE_CMD_FINI);
    if (error !== 0) return error;
    k.set(module + MOD.mod_isloaded, 0);
    const other = find(k, k.words[module + MOD.mod_required]);
    if (other !== 0) k.set(other + MOD.mod_refcnt, k.get(other + MOD.mod_refcnt) - 1);
    return 0;
  });
}

/** modctl(MODCTL_LOAD) and modctl(MODCTL_UNLOAD): for root, as long as the security models agree. */
export function* sys_modctl(k: Context, name: string, isLoad: boolean): Steps<number> {
  const cred = yield* kern.curcred_hold(k);
  let error = yield* kauth_authorize_system(k, cred, KAUTH_SYSTEM_MODULE, 0);
  yield* kern.crfree(k, cred);
  if (error === 0) error = yield* isLoad ? module_load(k, name) : module_unload(k, name);
  return callResult(error);
}

function* command(k: Context, module: number, cmd: number): Steps<number> {
  return (yield* k.call(k.words[module + MOD.mod_modcmd], cmd)) as number;
}

function* alone(k: Context, act: () => Steps<number>): Steps<number> {
  const lock = procfs(k).g + PG.pg_modules_lock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  const error = yield* act();
  yield* lockmgr(k, lock, LK_RELEASE);
  return error;
}

/** The module of a name, 0 if there is none. */
function find(k: Context, name: number): number {
  const first = k.words[procfs(k).g + PG.pg_modules];
  const at = MODULES.findIndex((_, index) => k.words[first + index * Module.size + MOD.mod_name] === name);
  return at < 0 ? 0 : first + at * Module.size;
}
