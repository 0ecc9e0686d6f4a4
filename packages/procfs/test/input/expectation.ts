/**
 * Owns the answers that the documents give for any node, caller and operation (procfs.md 1.1, 1.3, 1.6; the
 * rules of modes and names are those of every file system): 0 or an errno. It shares no line with the kernel.
 */
import type { Node, Tree } from './document.ts';

export const E = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EBADF: 9,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EROFS: 30,
  EOPNOTSUPP: 45,
  ELOOP: 62,
} as const;

/** A process that is looked at. */
export interface Target {
  readonly name: 'plain' | 'raised' | 'zombie' | 'kernel' | 'init' | 'gone';
  readonly ruid: number;
  readonly euid: number;
  readonly egid: number;
  /** It has changed its ids since its last exec, or that was of a set-id program. */
  readonly isRaised?: boolean;
}

/** Who looks. Behind `isJailed` the root directory is another than that of the targets. */
export interface Caller {
  readonly name: string;
  readonly ruid: number;
  readonly euid: number;
  readonly egid: number;
  readonly isJailed?: boolean;
}

export interface World {
  readonly tree: Tree;
  readonly isCompat: boolean;
  readonly isCurtained: boolean;
}

const READ = 4;
const WRITE = 2;
const EXEC = 1;

/** Where the way to a node ends: 0, or why; `isLast` when it is the name itself that is not there. */
interface Way {
  readonly errno: number;
  readonly isLast: boolean;
}

const OPEN_WAY: Way = { errno: 0, isLast: false };

function has(node: Node, note: string): boolean {
  return node.notes.includes(note);
}

/** Whether the tree shows the process to the caller. */
function isSeen({ tree, isCurtained }: World, target: Target, caller: Caller): boolean {
  if (target.name === 'gone') return false;
  if (target.name === 'zombie' && tree !== 'freebsd' && tree !== 'readme') return false;
  const ids = [caller.ruid, caller.euid];
  return !isCurtained || caller.euid === 0 || ids.includes(target.ruid) || ids.includes(target.euid);
}

/** Whether a process that is seen has the node. */
function hasNode(world: World, node: Node, target: Target): boolean {
  if (has(node, 'compat') && !world.isCompat) return false;
  if (has(node, 'open') && target.name !== 'plain' && target.name !== 'raised') return false;
  if (has(node, 'text') && ['kernel', 'init', 'zombie'].includes(target.name)) return false;
  if (has(node, 'thread') && target.name === 'kernel') return false;
  // In the tree of DragonFly's create_init, init is one of the system.
  return !(has(node, 'user') && ['kernel', 'init'].includes(target.name));
}

/** The way to a node, through directories that the caller may search. */
function wayTo(world: World, node: Node, target: Target, caller: Caller): Way {
  const parts = node.path.split('/');
  if (parts[0] === 'N' && !isSeen(world, target, caller))
    return { errno: E.ENOENT, isLast: parts.length === 1 };
  // Descriptors are in a directory that only its owner may search.
  const isInside = has(node, 'open') && caller.euid !== 0 && caller.euid !== target.euid;
  if (isInside) return { errno: E.EACCES, isLast: false };
  if (hasNode(world, node, target)) return OPEN_WAY;
  // Of a file in a directory that is not there.
  const isCompat = !has(node, 'compat') || world.isCompat;
  const isAbove = isCompat ? node.path.includes('T/') : parts.length > (parts[0] === 'N' ? 2 : 1);
  return { errno: E.ENOENT, isLast: !isAbove };
}

/** Whether mode bits let somebody do something with what belongs to `uid` and `gid`. */
function allows(
  mode: number,
  [uid, gid]: readonly [number, number],
  [who, group]: readonly [number, number],
  wanted: number,
): boolean {
  if (who === 0) return true;
  const bits = who === uid ? mode >> 6 : group === gid ? mode >> 3 : mode;
  return (bits & wanted) === wanted;
}

export function ownerOf(node: Node, target: Target): readonly [number, number] {
  return node.isOfProcess ? [target.euid, target.egid] : [0, 0];
}

/** Mode that a node shows: nobody owns the memory of a process with raised rights. */
export function modeOf(node: Node, target: Target): number {
  if (node.kind === 't') return target.name === 'raised' ? 0o4755 : 0o755;
  return has(node, 'guarded') && target.isRaised === true ? node.mode & 0o077 : node.mode;
}

export class Expectation {
  readonly #world: World;
  readonly #node: Node;
  readonly #target: Target;
  readonly #caller: Caller;
  readonly #way: Way;

  constructor(world: World, node: Node, target: Target, caller: Caller) {
    this.#world = world;
    this.#node = node;
    this.#target = target;
    this.#caller = caller;
    this.#way = wayTo(world, node, target, caller);
  }

  get isThere(): boolean {
    return this.#way.errno === 0;
  }

  /** What needs the name and nothing else; `whenThere` if the node is. */
  named(whenThere = 0): number {
    return this.#way.errno === 0 ? whenThere : this.#way.errno;
  }

  /** What would make the name: nothing is ever made here. */
  made(): number {
    if (this.#way.errno === 0) return E.EEXIST;
    return this.#way.isLast ? E.EROFS : this.#way.errno;
  }

  /** What would take the name away. */
  removed(): number {
    return this.#way.errno === 0 || this.#way.isLast ? E.EROFS : this.#way.errno;
  }

  #may(wanted: number): boolean {
    const caller = [this.#caller.euid, this.#caller.egid] as const;
    return allows(modeOf(this.#node, this.#target), ownerOf(this.#node, this.#target), caller, wanted);
  }

  /** access(2) of who has no rights but those of the real user: he also goes the way with these. */
  accessed(wanted: number): number {
    const { ruid } = this.#caller;
    const user = new Expectation(this.#world, this.#node, this.#target, { ...this.#caller, euid: ruid });
    return user.#mayDo(wanted);
  }

  #mayDo(wanted: number): number {
    if (!this.isThere) return this.named();
    const isProgram = this.#node.kind === 'd' || this.#node.kind === 't';
    if ((wanted & EXEC) !== 0 && !isProgram) return E.EACCES;
    return this.#may(wanted) ? 0 : E.EACCES;
  }

  chdir(): number {
    if (!this.isThere) return this.named();
    if (this.#node.kind !== 'd') return E.ENOTDIR;
    return this.#may(EXEC) ? 0 : E.EACCES;
  }

  /** open(2) to read, write or both. */
  opened(isRead: boolean, isWrite: boolean): number {
    if (!this.isThere) return this.named();
    if (this.#node.kind === 'd' && isWrite) return E.EISDIR;
    const wanted = (isRead ? READ : 0) | (isWrite ? WRITE : 0);
    if (!this.#may(wanted)) return E.EACCES;
    // The text of a program belongs to the machine.
    if (this.#node.kind === 't') return isWrite ? E.EACCES : 0;
    return this.#asked(isWrite);
  }

  /** What kauth says, at open and again at each read and write; and the root of the process. */
  #asked(isWrite: boolean): number {
    if (!this.#node.path.startsWith('N')) return 0;
    const { ruid, euid, isJailed = false } = this.#caller;
    // Nobody writes to init, at any security level from 0.
    if (isWrite && this.#target.name === 'init') return E.EPERM;
    if (!has(this.#node, 'guarded')) return 0;
    const isUser = ruid === this.#target.ruid && this.#target.isRaised !== true;
    if (!isUser && euid !== 0) return E.EPERM;
    return isJailed ? E.EPERM : 0;
  }

  /** truncate(2), which opens nothing. */
  truncated(): number {
    if (!this.isThere) return this.named();
    if (this.#node.kind === 'd') return E.EISDIR;
    return this.#may(WRITE) ? 0 : E.EACCES;
  }

  /** Reading a byte at the beginning of what is open: 0 for any number of bytes. */
  read(): number {
    const name = this.#node.path.slice(this.#node.path.lastIndexOf('/') + 1);
    if (name === 'note' || name === 'notepg') return E.EINVAL;
    if (name === 'ctl' || name === 'dbregs') return E.EOPNOTSUPP;
    if (this.#node.kind === 'd') return E.EOPNOTSUPP;
    if (name === 'regs' && !this.#hasThreads) return E.ESRCH;
    return name === 'mem' ? E.EFAULT : 0;
  }

  /** Neither the kernel nor the dead have any. */
  get #hasThreads(): boolean {
    return this.#target.name !== 'kernel' && this.#target.name !== 'zombie';
  }

  /** Listing what is open. */
  listed(): number {
    // procfs_readdir would say ENOTDIR; vn_readdir does not let it be asked.
    return this.#node.kind === 'd' ? 0 : E.EINVAL;
  }

  /** Writing a byte at the beginning: no text can be, no control message is one letter long. */
  written(): number {
    const name = this.#node.path.slice(this.#node.path.lastIndexOf('/') + 1);
    if (name === 'mem') return E.EFAULT;
    if (name !== 'regs') return E.EOPNOTSUPP;
    return this.#hasThreads ? E.EBUSY : E.ESRCH;
  }
}
