/**
 * Owns the way from a path to a vnode (namei of NetBSD kern/vfs_lookup.c): a directory after the other is
 * asked for the next component. Runs in the thread that looks, with no lock held from one component to the
 * next but references: what is found was there when its directory was asked, and may be gone by now.
 *
 *     /usr/bin/../x     VOP_LOOKUP(root, "usr") -> crossDown -> VOP_LOOKUP(., "bin") -> ...
 *
 * `..` stays where it is at the root of the process; at the root of a file system it is asked of the
 * directory that is covered. Permission to search is the directory's own answer.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, EISDIR, ENAMETOOLONG, ENOENT, ENOTDIR, uioBytes, uioFree, uioMake } from '@smplab/proc';
import { ELOOP } from '../errno.ts';
import { V, VDIR, VLNK } from '../vnode/vnode-layout.ts';
import {
  CN,
  CN_ISDOTDOT,
  CN_ISLASTCN,
  CN_NAME_BYTES,
  NAMEI_CREATE,
  NAMEI_DELETE,
  NAMEI_LOOKUP,
  NAMEI_RENAME,
} from '../vnode/vnode-ops-layout.ts';
import { VOP_LOOKUP, VOP_READLINK } from '../vnode/vnode-ops.ts';
import { vref, vrele } from '../vnode/vref.ts';
import { putText, textAt, textOfBytes } from './path-text.ts';
import { coveredBy, crossDown, isRootOfMount } from './mount-crossing.ts';
import {
  MAXPATHLEN,
  MAXSYMLINKS,
  ND_CREATEDIR,
  ND_FOLLOW,
  ND_NOCROSSMOUNT,
  ND_WANTPARENT,
  NI,
} from './nameidata.ts';

/** What is left of a path: a component, and what comes after it. */
interface Component {
  readonly name: string;
  readonly rest: string;
  readonly isLast: boolean;
  /** The last one ends in a slash. */
  readonly mustBeDirectory: boolean;
}

/** Where a component led: to a vnode, to a name that may be made (0), to an errno (negative). */
interface Found {
  readonly vp: number;
  /** The directory that was asked, referenced: another one, where `..` has left a file system. */
  readonly dvp: number;
}

/** Looks the path of a nameidata up: 0, and ni_vp and ni_dvp are referenced; or an errno, and both are 0. */
export function* namei(k: Context, ndp: number): Steps<number> {
  let path = pathOf(k, ndp);
  if (path === '') return ENOENT;
  let dvp = yield* startOf(k, ndp, path);
  for (;;) {
    const component = nextOf(path);
    if (component === null) return yield* rootFound(k, ndp, dvp);
    const found = yield* lookupOnce(k, ndp, dvp, component);
    dvp = found.dvp;
    if (found.vp < 0) return yield* failed(k, dvp, -found.vp);
    if (found.vp > 0 && isFollowed(k, ndp, found.vp, component)) {
      const target = yield* readTarget(k, ndp, found.vp, component);
      yield* vrele(k, found.vp);
      if (typeof target === 'number') return yield* failed(k, dvp, target);
      path = target;
      if (path.startsWith('/')) {
        yield* vrele(k, dvp);
        dvp = yield* startOf(k, ndp, path);
      }
      continue;
    }
    if (component.isLast) return yield* lastFound(k, ndp, dvp, found.vp, component);
    yield* vrele(k, dvp);
    dvp = found.vp;
    if (k.peek(dvp + V.v_type) !== VDIR) return yield* failed(k, dvp, ENOTDIR);
    path = component.rest;
  }
}

/** The directory a path begins in, referenced. */
function* startOf(k: Context, ndp: number, path: string): Steps<number> {
  const dvp = k.words[ndp + (path.startsWith('/') ? NI.ni_rootdir : NI.ni_startdir)];
  yield* vref(k, dvp);
  return dvp;
}

function* failed(k: Context, dvp: number, error: number): Steps<number> {
  yield* vrele(k, dvp);
  return error;
}

/** The path was nothing but slashes: there is no name, and so nothing to be made or removed. */
function* rootFound(k: Context, ndp: number, dvp: number): Steps<number> {
  const isLookup = k.words[ndp + NI.ni_nameiop] === NAMEI_LOOKUP;
  if (!isLookup || (k.words[ndp + NI.ni_flags] & ND_WANTPARENT) !== 0) return yield* failed(k, dvp, EISDIR);
  k.words[ndp + NI.ni_vp] = dvp;
  return 0;
}

// ---- one component
// ---------------------------------------------------------------------------------------------------

/** Asks a directory for a component; its reference becomes that of the answer. */
function* lookupOnce(k: Context, ndp: number, from: number, component: Component): Steps<Found> {
  let dvp = from;
  if (component.name.length >= CN_NAME_BYTES) return { vp: -ENAMETOOLONG, dvp };
  if (component.name === '..') {
    dvp = yield* leaveMounts(k, ndp, dvp);
    if (dvp === k.words[ndp + NI.ni_rootdir]) {
      yield* vref(k, dvp);
      return { vp: dvp, dvp };
    }
  }
  setComponent(k, ndp, component);
  const vp = yield* VOP_LOOKUP(k, dvp, ndp + NI.ni_cnd);
  if (vp < 0) return { vp: mayBeMade(k, ndp, vp, component) ? 0 : vp, dvp };
  if ((k.words[ndp + NI.ni_flags] & ND_NOCROSSMOUNT) !== 0 && component.isLast) return { vp, dvp };
  return { vp: yield* crossDown(k, vp), dvp };
}

/** For `..`: goes up from roots of file systems, but not beyond the root of the process. */
function* leaveMounts(k: Context, ndp: number, from: number): Steps<number> {
  let dvp = from;
  while (dvp !== k.words[ndp + NI.ni_rootdir] && isRootOfMount(k, dvp)) {
    const covered = yield* coveredBy(k, dvp);
    if (covered === 0) break;
    yield* vrele(k, dvp);
    dvp = covered;
  }
  return dvp;
}

function setComponent(k: Context, ndp: number, { name, isLast }: Component): void {
  const cnp = ndp + NI.ni_cnd;
  const { words } = k;
  words[cnp + CN.cn_nameiop] = isLast ? words[ndp + NI.ni_nameiop] : NAMEI_LOOKUP;
  words[cnp + CN.cn_flags] = (isLast ? CN_ISLASTCN : 0) | (name === '..' ? CN_ISDOTDOT : 0);
  words[cnp + CN.cn_cred] = words[ndp + NI.ni_cred];
  putText(words, cnp + CN.cn_name, CN_NAME_BYTES, name);
}

/** Whether what is missing is what the caller wants to make: only a directory is named with a slash. */
function mayBeMade(k: Context, ndp: number, answer: number, component: Component): boolean {
  const intent = k.words[ndp + NI.ni_nameiop];
  if (answer !== -ENOENT || !component.isLast || component.name === '..') return false;
  if (intent !== NAMEI_CREATE && intent !== NAMEI_RENAME) return false;
  return !component.mustBeDirectory || (k.words[ndp + NI.ni_flags] & ND_CREATEDIR) !== 0;
}

/** The last component: takes both references over, or gives them back. */
function* lastFound(
  k: Context,
  ndp: number,
  dvp: number,
  vp: number,
  { mustBeDirectory }: Component,
): Steps<number> {
  const intent = k.words[ndp + NI.ni_nameiop];
  let error = 0;
  if (vp !== 0 && mustBeDirectory && k.peek(vp + V.v_type) !== VDIR) error = ENOTDIR;
  // What is mounted there would be left without a name.
  else if (vp !== 0 && intent === NAMEI_DELETE && isRootOfMount(k, vp)) error = EBUSY;
  if (error !== 0) {
    yield* vrele(k, vp);
    return yield* failed(k, dvp, error);
  }
  const wantsParent = intent !== NAMEI_LOOKUP || (k.words[ndp + NI.ni_flags] & ND_WANTPARENT) !== 0;
  if (!wantsParent) yield* vrele(k, dvp);
  k.words[ndp + NI.ni_vp] = vp;
  k.words[ndp + NI.ni_dvp] = wantsParent ? dvp : 0;
  return 0;
}

// ---- symbolic links
// ---------------------------------------------------------------------------------------------------

function isFollowed(k: Context, ndp: number, vp: number, component: Component): boolean {
  if (k.peek(vp + V.v_type) !== VLNK) return false;
  if (!component.isLast || component.mustBeDirectory) return true;
  return (k.words[ndp + NI.ni_flags] & ND_FOLLOW) !== 0;
}

/** The path that a symbolic link and what follows it make together; or an errno. */
function* readTarget(k: Context, ndp: number, vp: number, component: Component): Steps<string | number> {
  if (++k.words[ndp + NI.ni_loopcnt] > MAXSYMLINKS) return ELOOP;
  const uio = yield* uioMake(k, MAXPATHLEN);
  const error = yield* VOP_READLINK(k, vp, uio, k.words[ndp + NI.ni_cred]);
  const target = textOfBytes(uioBytes(k, uio));
  yield* uioFree(k, uio);
  if (error !== 0) return error;
  if (target === '') return ENOENT;
  const hasRest = component.rest !== '' || component.mustBeDirectory;
  const path = hasRest ? `${target}/${component.rest}` : target;
  return path.length >= MAXPATHLEN ? ENAMETOOLONG : path;
}

// ---- paths
// ---------------------------------------------------------------------------------------------------

/** The first component of a path; null if it has none. */
export function nextOf(path: string): Component | null {
  const start = path.search(/[^/]/);
  if (start < 0) return null;
  const slash = path.indexOf('/', start);
  if (slash < 0) return { name: path.slice(start), rest: '', isLast: true, mustBeDirectory: false };
  const rest = path.slice(slash).replace(/^\/+/, '');
  const isLast = rest === '';
  return { name: path.slice(start, slash), rest, isLast, mustBeDirectory: isLast };
}

function pathOf(k: Context, ndp: number): string {
  return textAt(k.words, ndp + NI.ni_path, MAXPATHLEN);
}
