/**
 * Owns path objects (struct nchandle, sys/sys/namecache.h, as far as this kernel has it): the nodes of the
 * boot, that is the root, the directories on the way to images and devices, and those; their counts; and the
 * path of one as a process sees it. Runs in any thread. Guards: nc_refs is atomic; everything else is laid
 * out while the machine boots and does not change. A node has a reference of its own, so it stays for ever; a
 * name cache of `vfs` takes its place later.
 *
 *     g_nchroot --> '/' --nc_list--> '/bin' --nc_list--> '/bin/sh' ...      each --nc_parent--> its directory
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_NCHANDLE, M_TEMP } from '../malloc-types.ts';
import { mayBlock } from '../may-block.ts';
import { procs } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { bootDevice, bootOperations, bootTtyDevice } from './file-ops.ts';
import {
  DEV_CONSOLE,
  DEV_CTTY,
  DEV_NULL,
  DEV_TTYV0,
  FD,
  NC,
  NC_DEVICE,
  NC_DIRECTORY,
  NC_IMAGE,
  NC_PATH_BYTES,
  Nchandle,
} from './filedesc-layout.ts';
import { packPath, parentPath, PATH_WORDS, unpackPath } from './path-name.ts';
import { bootVnodeHooks, vnode_release } from './vnode-hooks.ts';

const T_NCHANDLE = mallocType(M_NCHANDLE, 'path objects');
const DIRECTORY_MODE = 0o755;
const DEVICE_MODE = 0o666;
const CONSOLE_MODE = 0o600;
const UNKNOWN_PATH = packPath('?') ?? new Int32Array(PATH_WORDS);

/** A program that has a path. */
export interface ImageFile {
  readonly path: string;
  readonly number: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What a node is made of. */
interface Node {
  readonly path: string;
  readonly type: number;
  readonly data: number;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Rows of operations and nodes of a machine, while it boots; the hooks of a file system as well. */
export function bootNchandles(kernel: Kernel, g: number, images: readonly ImageFile[]): void {
  const ops = bootOperations(kernel);
  kernel.words[g + G.g_pathops] = ops.path;
  bootVnodeHooks(kernel, g);
  const nodes = new BootNodes(kernel, g);
  nodes.add({ path: '/', type: NC_DIRECTORY, data: 0, mode: DIRECTORY_MODE });
  const device = (path: string, data: number, mode = DEVICE_MODE): void =>
    nodes.add({ path, type: NC_DEVICE, data, mode });
  device('/dev/null', bootDevice(kernel, DEV_NULL, ops.null, 0));
  device('/dev/tty', bootTtyDevice(kernel, DEV_CTTY, ops));
  device('/dev/console', bootTtyDevice(kernel, DEV_CONSOLE, ops), CONSOLE_MODE);
  for (const unit of [0, 1]) device(`/dev/ttyv${unit}`, bootTtyDevice(kernel, DEV_TTYV0 + unit, ops));
  for (const { path, number, mode, uid, gid } of images) {
    nodes.add({ path, type: NC_IMAGE, data: number, mode, uid, gid });
  }
}

/** The nodes made so far, in the order of their list. */
class BootNodes {
  readonly #byPath = new Map<string, number>();
  #last = 0;

  constructor(
    readonly kernel: Kernel,
    readonly g: number,
  ) {}

  add({ path, type, data, mode, uid = 0, gid = 0 }: Node): void {
    const packed = packPath(path);
    if (packed === null) throw new RangeError(`a path has ${NC_PATH_BYTES - 1} bytes at most: ${path}`);
    if (this.#byPath.has(path)) throw new RangeError(`two things are called ${path}`);
    const parent = path === '/' ? 0 : this.#directory(parentPath(path));
    const nch = this.kernel.kmem.kmalloc(T_NCHANDLE, Nchandle.size, M_WAITOK | M_ZERO, 'boot');
    const { words } = this.kernel;
    words[nch + NC.nc_refs] = 1;
    words[nch + NC.nc_type] = type;
    words[nch + NC.nc_data] = data;
    words[nch + NC.nc_mode] = mode;
    words[nch + NC.nc_uid] = uid;
    words[nch + NC.nc_gid] = gid;
    words[nch + NC.nc_parent] = parent === 0 ? nch : parent;
    words.set(packed, nch + NC.nc_path);
    const link = this.#last === 0 ? this.g + G.g_nchroot : this.#last + NC.nc_list;
    words[link] = nch;
    words[nch + NC.nc_list + 1] = link;
    this.#last = nch;
    this.#byPath.set(path, nch);
  }

  #directory(path: string): number {
    const known = this.#byPath.get(path);
    if (known === undefined) this.add({ path, type: NC_DIRECTORY, data: 0, mode: DIRECTORY_MODE });
    else if (this.kernel.words[known + NC.nc_type] !== NC_DIRECTORY)
      throw new RangeError(`${path} is no directory`);
    return this.#byPath.get(path) ?? 0;
  }
}

/** One more reference, for who has one. */
export function cache_ref(k: Context, nch: number): Steps {
  return k.upon(k.fetchadd(nch + NC.nc_refs, 1), checkHeld, nch);
}

function checkHeld(k: Context, before: number, nch: number): null {
  return before < 1 ? k.panic(`cache_hold: nc_refs of ${cache_path(k, nch)} was ${before}`) : null;
}

/** The same, and gives the object back. */
export function* cache_hold(k: Context, nch: number): Steps<number> {
  yield* cache_ref(k, nch);
  return nch;
}

/** The same: a copy of a path object is a reference to it. */
export function cache_copy(k: Context, nch: number): Steps<number> {
  return cache_hold(k, nch);
}

/** Gives a reference back. */
export function cache_drop(k: Context, nch: number): Steps {
  return k.upon(k.fetchadd(nch + NC.nc_refs, -1), freeLast, nch);
}

function freeLast(k: Context, before: number, nch: number): Steps | null {
  if (before < 1) k.panic(`cache_drop: nc_refs of ${cache_path(k, nch)} was ${before}`);
  if (before !== 1) return null;
  return k.get(nch + NC.nc_vnode) === 0 ? kfree(k, M_NCHANDLE, nch) : freeWithVnode(k, nch);
}

function* freeWithVnode(k: Context, nch: number): Steps {
  yield* vnode_release(k, k.get(nch + NC.nc_vnode));
  yield* kfree(k, M_NCHANDLE, nch);
}

/**
 * A path object for a directory of a file system above, held, which takes the reference to its vnode over.
 * Lookups here know its path as it is now, and do not find it; for them it lies in the root directory. A path
 * that is too long or not known is `?`, which no lookup leads to.
 */
export function* cache_make(k: Context, path: string, vnode: number): Steps<number> {
  const nch = yield* kmalloc(k, M_NCHANDLE, Nchandle.size);
  const { words } = k;
  words[nch + NC.nc_refs] = 1;
  words[nch + NC.nc_type] = NC_DIRECTORY;
  words[nch + NC.nc_mode] = DIRECTORY_MODE;
  words[nch + NC.nc_parent] = k.peek(procs(k).g + G.g_nchroot);
  words[nch + NC.nc_vnode] = vnode;
  words.set(packPath(path) ?? UNKNOWN_PATH, nch + NC.nc_path);
  return nch;
}

/** The nodes of the boot, directories before what lies in them; they stay. */
export function cache_nodes(k: Context): number[] {
  const nodes: number[] = [];
  for (let nch = k.peek(procs(k).g + G.g_nchroot); nch !== 0; nch = k.get(nch + NC.nc_list)) nodes.push(nch);
  return nodes;
}

/** The whole path of an object, from the root of the machine. The caller holds it. */
export function cache_path(k: Context, nch: number): string {
  return unpackPath(k.words, nch + NC.nc_path);
}

/**
 * The path of an object as the process sees it: from its root directory, or whole if it lies outside of that.
 * The caller holds p_token, which the allocation may drop; p_fd, followed after it, may then be gone: with
 * the fix switches `cwd-fdfree` and `pathname-unlocked` it is followed all the same.
 */
export function* cache_fullpath(
  k: Context,
  p: number,
  nch: number,
  result: { path?: string },
): Steps<number> {
  const buffer = yield* kmalloc(k, M_TEMP, PATH_WORDS);
  if (isUnguarded(k)) yield* mayBlock(k);
  const root = yield* rootOf(k, p);
  const whole = cache_path(k, nch);
  const prefix = root === 0 ? '/' : cache_path(k, root);
  const isInside = prefix !== '/' && (whole === prefix || whole.startsWith(`${prefix}/`));
  result.path = isInside ? whole.slice(prefix.length) || '/' : whole;
  yield* kfree(k, M_TEMP, buffer);
  if (root !== 0 && !isUnguarded(k)) yield* cache_drop(k, root);
  return 0;
}

/** Whether p_fd and what it leads to are followed as the seed does it. */
function isUnguarded(k: Context): boolean {
  const { asSeed } = procs(k);
  return asSeed['cwd-fdfree'] || asSeed['pathname-unlocked'];
}

/** The root directory of a process, held; 0 if it has given its table up. Unguarded: not held, not asked. */
function* rootOf(k: Context, p: number): Steps<number> {
  const fdp = k.get(p + P.p_fd);
  if (isUnguarded(k)) return k.get(fdp + FD.fd_nrdir);
  if (fdp === 0) return 0;
  yield* spin_lock(k, fdp + FD.fd_spin);
  const root = yield* cache_hold(k, k.get(fdp + FD.fd_nrdir));
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return root;
}
