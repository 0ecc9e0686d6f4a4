/**
 * Owns finding a program to execute (check_exec of NetBSD kern/kern_exec.c) on machines with file systems:
 * the hook that exec of the process table calls. Names, permissions, mode and owner are the file's; its text
 * is code of the machine, so that only what was a program at boot is one, under whatever name it has now.
 * Runs in the thread that execs, which has the request to itself.
 */
import { readCstring } from '@smplab/kmem';
import { type Context, functionNumber, type Kernel, type Registry, type Steps } from '@smplab/lwkt';
import {
  bootVnodeHook,
  cache_hold,
  EACCES,
  ENOEXEC,
  EXEC_PATH_BYTES,
  kfree,
  kmalloc,
  M_TEMP,
  NC,
  NC_IMAGE,
  XR,
} from '@smplab/proc';
import { M, MNT_NOEXEC, MNT_NOSUID } from '../mount/mount-layout.ts';
import { type Looker, ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup } from '../name/path-calls.ts';
import { V, VREG } from '../vnode/vnode-layout.ts';
import { VA, Vattr, VEXEC } from '../vnode/vnode-ops-layout.ts';
import { VOP_ACCESS, VOP_GETATTR } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { asCaller } from './looker.ts';
import { bootNodeOf, mountroot } from './mountroot.ts';

const SET_IDS = 0o6000;
const NAME = 'vfs_exec_lookup';

/** Puts the hook into the table of the process table, at `g`, while the machine boots. */
export function bootExecLookup(kernel: Kernel, g: number): void {
  bootVnodeHook(kernel, g, 'exec_lookup', functionNumber(NAME));
}

/** Makes it known to a realm. */
export function registerExecLookup(registry: Registry): void {
  registry.register(NAME, vfs_exec_lookup);
}

/** The path object of a program, held, with its attributes in the request; or -errno. */
function* vfs_exec_lookup(k: Context, request: number): Steps<number> {
  // The first program of all is executed before anybody has entered one.
  yield* mountroot(k);
  const path = readCstring(k.kernel.memory, request + XR.xr_path, EXEC_PATH_BYTES);
  return yield* asCaller(k, function* (who) {
    const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
    if (vp < 0) return vp;
    const error = yield* check(k, vp, who, request);
    const node = error === 0 ? bootNodeOf(k, vp) : 0;
    const isProgram = node !== 0 && k.get(node + NC.nc_type) === NC_IMAGE;
    // It keeps the vnode, as all nodes of the boot do.
    if (isProgram) yield* cache_hold(k, node);
    yield* vrele(k, vp);
    if (error !== 0) return -error;
    return isProgram ? node : -ENOEXEC;
  });
}

/** 0, or why the caller cannot execute a file whatever is in it. */
function* check(k: Context, vp: number, { cred }: Looker, request: number): Steps<number> {
  if (k.peek(vp + V.v_type) !== VREG) return EACCES;
  const refused = yield* VOP_ACCESS(k, vp, VEXEC, cred);
  if (refused !== 0) return refused;
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  const error = yield* VOP_GETATTR(k, vp, vap, cred);
  const { words } = k;
  const flags = k.peek(k.peek(vp + V.v_mount) + M.mnt_flag);
  const mode = words[vap + VA.va_mode];
  words[request + XR.xr_mode] = (flags & MNT_NOSUID) === 0 ? mode : mode & ~SET_IDS;
  words[request + XR.xr_uid] = words[vap + VA.va_uid];
  words[request + XR.xr_gid] = words[vap + VA.va_gid];
  yield* kfree(k, M_TEMP, vap);
  if (error !== 0) return error;
  return (flags & MNT_NOEXEC) === 0 ? 0 : EACCES;
}
