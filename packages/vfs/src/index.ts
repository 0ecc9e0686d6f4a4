/**
 * The public surface of @smplab/vfs. Everything else is private to the package.
 */
export { vfs, VfsKernel } from './vfs-kernel.ts';
export { VG } from './vfs-layout.ts';
export { VFS_FIX_SWITCHES, type VfsAsSeed, type VfsFixId } from './history.ts';

// ---- descriptors
// ---------------------------------------------------------------------------------------------------
export { bootDescriptors, DESCRIPTOR_STRUCTS, registerDescriptors } from './file/descriptor-boot.ts';
export type { DescriptorOptions } from './file/descriptor-globals.ts';
export * from './file/kqueue-layout.ts';
export type { PairResult } from './file/pair.ts';
export { FIONREAD, FIONSPACE, FIONWRITE, PIPE_BUF } from './file/pipe-layout.ts';
export { bootPipes, O_NOSIGPIPE, registerPipes, sys_pipe2 } from './file/pipe.ts';
export * from './file/socket-layout.ts';
export { bootSockets, registerSockets, sys_shutdown, sys_socketpair } from './file/socketpair.ts';

// ---- kernel authorization
export {
  kauth_authorize_action,
  kauth_authorize_cred,
  kauth_authorize_device,
  kauth_authorize_generic,
  kauth_authorize_locked,
  kauth_authorize_machdep,
  kauth_authorize_network,
  kauth_authorize_process,
  kauth_authorize_system,
  kauth_authorize_vnode,
  KAUTH_VNODE_REMOTEFS,
} from './kauth/authorize.ts';
export { EXTENSIONS, SECMODEL_EXTENSIONS, sysctl_curtain } from './kauth/curtain.ts';
export { JAIL, SECMODEL_JAIL } from './kauth/jail.ts';
export * from './kauth/kauth-actions.ts';
export { bootKauth, BSD44, type KauthBootOptions, registerKauth } from './kauth/kauth-boot.ts';
export * from './kauth/kauth-cred.ts';
export {
  KAUTH_RESULT_ALLOW,
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_CRED,
  KAUTH_SCOPE_DEVICE,
  KAUTH_SCOPE_GENERIC,
  KAUTH_SCOPE_MACHDEP,
  KAUTH_SCOPE_NETWORK,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_SYSTEM,
  KAUTH_SCOPE_VNODE,
} from './kauth/kauth-layout.ts';
export { kauth_listen_scope, kauth_unlisten_scope } from './kauth/listener.ts';
export { kauth_deregister_scope, kauth_register_scope } from './kauth/scope.ts';
export {
  secmodel_deregister,
  secmodel_eval,
  secmodel_register,
  type SecmodelDescription,
} from './kauth/secmodel.ts';
export { SECMODEL_SECURELEVEL, SECURELEVEL, securelevel, sysctl_securelevel } from './kauth/securelevel.ts';
export { SECMODEL_SUSER, SUSER } from './kauth/suser.ts';

// ---- vnodes
export { checkVnodes } from './vnode/check-vnodes.ts';
export { registerDeadfs } from './vnode/deadfs.ts';
export { vcache_find, vcache_get } from './vnode/vcache.ts';
export { vcache_gc } from './vnode/vdrain.ts';
export { bootVnodes, DESIREDVNODES } from './vnode/vnode-boot.ts';
export { vnode_enter, vnode_leave, vnode_tryenter } from './vnode/vnode-enter.ts';
export * from './vnode/vnode-layout.ts';
export { insmntque } from './vnode/vnode-life.ts';
export { LK_RETRY, vn_lock, vn_unlock } from './vnode/vnode-lock.ts';
export { isVnodeEdge, vnodeMachine, vnodeStates, vstateName } from './vnode/vnode-machine.ts';
export * from './vnode/vnode-ops-layout.ts';
export * from './vnode/vnode-ops.ts';
export * from './vnode/vref.ts';
export { vstate_get, vstate_wait_stable } from './vnode/vstate.ts';

// ---- mounts
export { checkMounts } from './mount/check-mounts.ts';
export * from './mount/fstrans.ts';
export { bootMounts } from './mount/mount-boot.ts';
export * from './mount/mount-layout.ts';
export { Statvfs, SV } from './mount/statvfs-layout.ts';
export { mountlist_next, vfs_busy_mountedhere } from './mount/mount-list.ts';
export { vfs_busy, vfs_ref, vfs_rele, vfs_unbusy } from './mount/mount-refs.ts';
export { mount_domount, mount_getargs, mount_update, vfs_mountalloc } from './mount/mount.ts';
export { dounmount } from './mount/unmount.ts';
export * from './mount/vflush.ts';
export * from './mount/vfsops.ts';
export { registerVfs, type VfsOptions, type VfsPart, VfsSubsystem } from './vfs-subsystem.ts';

// ---- names and the file system in memory
export { type Dirent, packDirent, unpackDirents } from './name/dirent.ts';
export { FSCRED, genfs_can_access, isInGroup, isOwnerOrRoot, isRoot, NOCRED } from './name/genfs-access.ts';
export { coveredBy, crossDown, isRootOfMount } from './name/mount-crossing.ts';
export { namei } from './name/namei.ts';
export * from './name/nameidata.ts';
export * from './name/path-calls.ts';
export { putText, textAt } from './name/path-text.ts';
export * from './name/vn-open.ts';
export { bootRamfs, registerRamfs } from './ramfs/ramfs-boot.ts';
export { IO_APPEND } from './ramfs/ramfs-file-ops.ts';

export { EFBIG, EMSGSIZE, EROFS } from './errno.ts';

// ---- programs
export { directoryPath } from './call/directory-path.ts';
export type { Stat } from './call/stat.ts';
export type { FileSystem } from './call/statvfs.ts';
export { type DirectoryEntry, type KeventChange, VfsUser } from './user/vfs-user.ts';
export { mountroot, rootDirectory } from './call/mountroot.ts';
export {
  splitOptions,
  type VfsOwnOptions,
  type VfsPrograms,
  VfsScenario,
  vfsScenario,
  type VfsScenarioOptions,
  type VfsUserEntry,
} from './vfs-scenario.ts';
