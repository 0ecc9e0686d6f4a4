/**
 * The public surface of @smplab/proc. Everything else is private to the package.
 */
export * from './errno.ts';
export { PROC_FIX_SWITCHES, type ProcAsSeed, type ProcFixId } from './history.ts';
export { CR, NGROUPS, Ucred } from './cred/ucred.ts';
// Of credentials and processes, for authorization (kauth) above.
export { jailed, PRISON_CHECK } from './cred/prison-count.ts';
export { crdup, crfree, crhold, curcred_hold, proc_ucred_drop, proc_ucred_hold } from './cred/ucred-life.ts';
export { curproc } from './proc-kernel.ts';
export { SIGCONT } from './signal/signals.ts';
export { PG } from './table/pgrp-layout.ts';
export { pfind } from './table/find.ts';
export { prele } from './table/hold.ts';
export { P, P_SUGID, Proc } from './table/proc.ts';
export { curfd, fdalloc, fdnext, fdunreserve, fsetfd, holdfp } from './file/fdnode.ts';
// Of path objects and directories, for file systems above.
export { fd_chdir, fd_chroot } from './file/directory.ts';
export { cache_drop, cache_hold, cache_make, cache_nodes, cache_path } from './file/nchandle.ts';
export { openNode } from './file/open.ts';
export { bootVnodeHook, type VnodeHookName } from './file/vnode-hooks.ts';
export { closef, fdiscard, fhold, fmake } from './file/file.ts';
export { bootFileops, fo_read, fo_write, type FileOperations } from './file/file-ops.ts';
export {
  D,
  DTYPE_KQUEUE,
  DTYPE_PIPE,
  DTYPE_SOCKET,
  DTYPE_VNODE,
  EXEC_PATH_BYTES,
  F,
  FD,
  FIOASYNC,
  FIONBIO,
  FNONBLOCK,
  FNOSIGPIPE,
  FREAD,
  FWRITE,
  NC,
  NC_DEVICE,
  NC_DIRECTORY,
  NC_IMAGE,
  O_APPEND,
  O_CLOEXEC,
  O_NONBLOCK,
  OPEN_FLAGS,
  U,
  UF_EXCLOSE,
  Uio,
  UIO_DATA,
  XR,
} from './file/filedesc-layout.ts';
export { result as callResult } from './file/io-result.ts';
export {
  UIO_MAX,
  uioBytes,
  uioFill,
  uioFree,
  uioMake,
  uiomove,
  uioResid,
  uioTake,
  uioUntake,
} from './file/uio.ts';
export { M_CRED, M_TEMP } from './malloc-types.ts';
export type { ExecEvent, ExitEvent, ForkEvent, ReapEvent } from './hook/hook-event.ts';
export { exec$, exit$, fork$, type HookSubscription, reap$ } from './hook/hook-stream.ts';
export type { Subscribers } from './hook/hook-table.ts';
export { rxjs } from './hook/rxjs.ts';
export { checkInvariants } from './invariants/invariants.ts';
export * as kern from './kern.ts';
export {
  checkProcessScenario,
  ProcessScenario,
  processScenario,
  type ProcessScenarioOptions,
} from './process-scenario.ts';
export { kfree, kmalloc } from './malloc-types.ts';
export * as libc from './programs/libc.ts';
export { BIN_PROGRAMS } from './programs/programs.ts';
export {
  LIST_ENTRY_WORDS,
  isListed,
  listFirst,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from './queue.ts';
export {
  firstExitStatus,
  givenTo,
  imageAt,
  SYSTEM,
  systemImage,
  type SystemImageOptions,
} from './system-image.ts';
export { hasProcesses, type ProcessReport, processReports } from './table/process-report.ts';
export { AssemblyError, textImage, type TextImageOptions } from './text/assembler.ts';
export type { TextImage } from './text/text-image.ts';
export { HostTerminal } from './tty/host-terminal.ts';
export { ttyTranscript } from './tty/output.ts';
export { TTY_VECTOR } from './tty/ttycom.ts';
export type { GeneratorImage, Programs, UserEntry } from './user/image.ts';
export { type MakeUser, User } from './user/user.ts';
export type { SysctlAnswer } from './user/user-ids.ts';
export type { Waited } from './user/user-process.ts';
