/**
 * Owns the table through which a file system takes part in the kernel: a row of function numbers in kernel
 * memory, with defaults that do nothing but count how often they were called. `vfs` puts its own numbers in
 * while the machine boots (bootVnodeHook). Runs in any thread.
 */
import { type Context, functionNumber, type Kernel, type Registry, type Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { F, VH, VnodeHooks } from './filedesc-layout.ts';

/** Names of the hooks a file system may take. */
export type VnodeHookName = keyof typeof PLACES;

const PLACES = {
  allocvnode_gc: VH.vh_allocvnode_gc,
  nresolve: VH.vh_nresolve,
  vnode_release: VH.vh_vnode_release,
  exec_lookup: VH.vh_exec_lookup,
  fdclose: VH.vh_fdclose,
} as const;

const FN_DEFAULT_GC = functionNumber('vnode_gc_default');
const FN_DEFAULT_NRESOLVE = functionNumber('nresolve_default');
const FN_DEFAULT_RELEASE = functionNumber('vnode_release_default');

/** Lays out the table with its defaults, while the machine boots. */
export function bootVnodeHooks(kernel: Kernel, g: number): void {
  const hooks = kernel.memory.reserve(VnodeHooks.size);
  const { words } = kernel;
  words[hooks + VH.vh_allocvnode_gc] = FN_DEFAULT_GC;
  words[hooks + VH.vh_nresolve] = FN_DEFAULT_NRESOLVE;
  words[hooks + VH.vh_vnode_release] = FN_DEFAULT_RELEASE;
  words[g + G.g_vnode_hooks] = hooks;
}

/** Puts a file system's function in the place of a default, while the machine boots. */
export function bootVnodeHook(kernel: Kernel, g: number, name: VnodeHookName, number: number): void {
  kernel.words[kernel.words[g + G.g_vnode_hooks] + PLACES[name]] = number;
}

function hooksOf(k: Context): number {
  return k.words[procs(k).g + G.g_vnode_hooks];
}

/** Frees vnodes that are due: called by an lwp on its way to user mode (seed, lwpuserret). */
export function* allocvnode_gc(k: Context): Steps {
  yield* k.call(k.words[hooksOf(k) + VH.vh_allocvnode_gc]);
}

/** Whether a file system resolves names that are not among the nodes of the boot. */
export function hasResolver(k: Context): boolean {
  return k.words[hooksOf(k) + VH.vh_nresolve] !== FN_DEFAULT_NRESOLVE;
}

/** The path object of a name in a directory, held, or 0. `name` is a block of NC_PATH_BYTES bytes, or 0. */
export function* nresolve(k: Context, directory: number, name: number): Steps<number> {
  return (yield* k.call(k.words[hooksOf(k) + VH.vh_nresolve], directory, name)) as number;
}

/** Whether a file system finds programs. */
export function hasExecLookup(k: Context): boolean {
  return k.words[hooksOf(k) + VH.vh_exec_lookup] !== 0;
}

/** The path object of the program that a struct exec_request names, held; or -errno. */
export function* exec_lookup(k: Context, request: number): Steps<number> {
  return (yield* k.call(k.words[hooksOf(k) + VH.vh_exec_lookup], request)) as number;
}

/** A descriptor has been taken away from its file, which the caller holds: kqueues forget it. */
export function* fdclosed(k: Context, fp: number, fd: number): Steps {
  // Whoever is about to watch the file looks afterwards whether the descriptor is still there.
  if (k.peek(fp + F.f_knotes) !== 0) yield* k.call(k.words[hooksOf(k) + VH.vh_fdclose], fp, fd);
}

/** Gives the vnode of a path object back, which may sleep. */
export function* vnode_release(k: Context, vnode: number): Steps {
  yield* k.call(k.words[hooksOf(k) + VH.vh_vnode_release], vnode);
}

function* vnode_gc_default(k: Context): Steps {
  yield* k.fetchadd(hooksOf(k) + VH.vh_gc_calls, 1);
}

function* nresolve_default(k: Context): Steps<number> {
  yield* k.fetchadd(hooksOf(k) + VH.vh_nresolve_calls, 1);
  return 0;
}

/** Without a file system no path object stands for a vnode. */
function* vnode_release_default(k: Context, vnode: number): Steps {
  k.panic(`vnode_release: there is no file system that vnode ${vnode} is of`);
}

/** Makes the defaults, and the hook that lwpuserret calls, known to a realm. */
export function registerVnodeHooks(registry: Registry): void {
  registry.register('vnode_gc_default', vnode_gc_default);
  registry.register('nresolve_default', nresolve_default);
  registry.register('vnode_release_default', vnode_release_default);
  registry.register('proc_allocvnode_gc', allocvnode_gc);
}
