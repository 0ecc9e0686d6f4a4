/**
 * Owns the numbers of actions and of the requests that some actions come with (NetBSD sys/sys/kauth.h). Pure
 * data. Actions of a scope are counted from 1; those of scope vnode are bits, and so are the requests of
 * KAUTH_DEVICE_RAWIO_PASSTHRU.
 */

/** Scope generic. */
export const KAUTH_GENERIC_ISSUSER = 1;

/** Scope cred. */
export const KAUTH_CRED_INIT = 1;
export const KAUTH_CRED_FORK = 2;
export const KAUTH_CRED_COPY = 3;
export const KAUTH_CRED_FREE = 4;
export const KAUTH_CRED_CHROOT = 5;

/** Scope system: action, and what `arg0` asks for. */
export const KAUTH_SYSTEM_ACCOUNTING = 1;
export const KAUTH_SYSTEM_CHROOT = 2;
export const KAUTH_SYSTEM_CHSYSFLAGS = 3;
export const KAUTH_SYSTEM_CPU = 4;
export const KAUTH_SYSTEM_DEBUG = 5;
export const KAUTH_SYSTEM_FILEHANDLE = 6;
export const KAUTH_SYSTEM_MKNOD = 7;
export const KAUTH_SYSTEM_MOUNT = 8;
export const KAUTH_SYSTEM_REBOOT = 9;
export const KAUTH_SYSTEM_SETIDCORE = 10;
export const KAUTH_SYSTEM_SYSCTL = 11;
export const KAUTH_SYSTEM_TIME = 12;
export const KAUTH_SYSTEM_MODULE = 13;
export const KAUTH_SYSTEM_PSET = 14;
export const KAUTH_SYSTEM_FS_QUOTA = 15;
export const KAUTH_SYSTEM_SEMAPHORE = 16;
export const KAUTH_SYSTEM_SYSVIPC = 17;
export const KAUTH_SYSTEM_MQUEUE = 18;
export const KAUTH_SYSTEM_MAP_VA_ZERO = 19;

export const KAUTH_REQ_SYSTEM_CHROOT_CHROOT = 1;
export const KAUTH_REQ_SYSTEM_CHROOT_FCHROOT = 2;
export const KAUTH_REQ_SYSTEM_MOUNT_DEVICE = 3;
export const KAUTH_REQ_SYSTEM_MOUNT_GET = 4;
export const KAUTH_REQ_SYSTEM_MOUNT_NEW = 5;
export const KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT = 6;
export const KAUTH_REQ_SYSTEM_MOUNT_UPDATE = 7;
export const KAUTH_REQ_SYSTEM_SYSCTL_ADD = 8;
export const KAUTH_REQ_SYSTEM_SYSCTL_DELETE = 9;
export const KAUTH_REQ_SYSTEM_SYSCTL_DESC = 10;
export const KAUTH_REQ_SYSTEM_SYSCTL_MODIFY = 11;
export const KAUTH_REQ_SYSTEM_SYSCTL_PRVT = 12;
export const KAUTH_REQ_SYSTEM_TIME_ADJTIME = 13;
export const KAUTH_REQ_SYSTEM_TIME_RTCOFFSET = 14;
/** `arg1`: whether the clock would go back. */
export const KAUTH_REQ_SYSTEM_TIME_SYSTEM = 15;

/** Scope process: action; `arg0` is the process. */
export const KAUTH_PROCESS_CANSEE = 1;
export const KAUTH_PROCESS_CORENAME = 2;
export const KAUTH_PROCESS_FORK = 3;
export const KAUTH_PROCESS_KEVENT_FILTER = 4;
export const KAUTH_PROCESS_KTRACE = 5;
export const KAUTH_PROCESS_NICE = 6;
export const KAUTH_PROCESS_PROCFS = 7;
export const KAUTH_PROCESS_PTRACE = 8;
export const KAUTH_PROCESS_RLIMIT = 9;
export const KAUTH_PROCESS_SCHEDULER_GETPARAM = 10;
export const KAUTH_PROCESS_SCHEDULER_SETPARAM = 11;
export const KAUTH_PROCESS_SETID = 12;
export const KAUTH_PROCESS_SIGNAL = 13;
export const KAUTH_PROCESS_STOPFLAG = 14;

/** `arg1` of KAUTH_PROCESS_CANSEE. */
export const KAUTH_REQ_PROCESS_CANSEE_ARGS = 1;
export const KAUTH_REQ_PROCESS_CANSEE_ENTRY = 2;
export const KAUTH_REQ_PROCESS_CANSEE_ENV = 3;
export const KAUTH_REQ_PROCESS_CANSEE_OPENFILES = 4;
/** `arg1` of KAUTH_PROCESS_CORENAME, KAUTH_PROCESS_RLIMIT: in the latter, 2 and 3 say which and how much. */
export const KAUTH_REQ_PROCESS_CORENAME_GET = 5;
export const KAUTH_REQ_PROCESS_CORENAME_SET = 6;
export const KAUTH_REQ_PROCESS_RLIMIT_GET = 7;
export const KAUTH_REQ_PROCESS_RLIMIT_SET = 8;
/** `arg2` of KAUTH_PROCESS_PROCFS; its `arg1` is the node. */
export const KAUTH_REQ_PROCESS_PROCFS_CTL = 9;
export const KAUTH_REQ_PROCESS_PROCFS_READ = 10;
export const KAUTH_REQ_PROCESS_PROCFS_RW = 11;
export const KAUTH_REQ_PROCESS_PROCFS_WRITE = 12;
/** `arg1` of KAUTH_PROCESS_PTRACE: to become the tracer or reach into memory, or to go on with a trace. */
export const KAUTH_REQ_PROCESS_PTRACE_ATTACH = 13;
export const KAUTH_REQ_PROCESS_PTRACE_ACCESS = 14;
export const KAUTH_REQ_PROCESS_PTRACE_CONTROL = 15;

/** Scope network: action, and what `arg0` asks for. */
export const KAUTH_NETWORK_BIND = 1;
export const KAUTH_NETWORK_FIREWALL = 2;
export const KAUTH_NETWORK_INTERFACE = 3;
export const KAUTH_NETWORK_FORWSRCRT = 4;
export const KAUTH_NETWORK_ROUTE = 5;
export const KAUTH_NETWORK_SOCKET = 6;

export const KAUTH_REQ_NETWORK_BIND_PORT = 1;
export const KAUTH_REQ_NETWORK_BIND_PRIVPORT = 2;
export const KAUTH_REQ_NETWORK_FIREWALL_FW = 3;
export const KAUTH_REQ_NETWORK_FIREWALL_NAT = 4;
export const KAUTH_REQ_NETWORK_SOCKET_OPEN = 5;
export const KAUTH_REQ_NETWORK_SOCKET_RAWSOCK = 6;
/** `arg1`: credentials of who has made the socket, 0 when they are gone. */
export const KAUTH_REQ_NETWORK_SOCKET_CANSEE = 7;

/** Scope machdep. */
export const KAUTH_MACHDEP_CACHEFLUSH = 1;
export const KAUTH_MACHDEP_CPU_UCODE_APPLY = 2;
export const KAUTH_MACHDEP_IOPERM_GET = 3;
export const KAUTH_MACHDEP_IOPERM_SET = 4;
export const KAUTH_MACHDEP_IOPL = 5;
export const KAUTH_MACHDEP_UNMANAGEDMEM = 6;

/** Scope device. */
export const KAUTH_DEVICE_TTY_OPEN = 1;
export const KAUTH_DEVICE_TTY_PRIVSET = 2;
export const KAUTH_DEVICE_TTY_STI = 3;
/** `arg0` says which; `arg1` is the vnode. */
export const KAUTH_DEVICE_RAWIO_SPEC = 4;
export const KAUTH_DEVICE_RAWIO_PASSTHRU = 5;

export const KAUTH_REQ_DEVICE_RAWIO_SPEC_READ = 1;
export const KAUTH_REQ_DEVICE_RAWIO_SPEC_WRITE = 2;
export const KAUTH_REQ_DEVICE_RAWIO_SPEC_RW = 3;
export const KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READ = 1;
export const KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_WRITE = 2;
export const KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_READCONF = 4;
export const KAUTH_REQ_DEVICE_RAWIO_PASSTHRU_WRITECONF = 8;

/** Scope vnode: bits. */
export const KAUTH_VNODE_READ_DATA = 0x1;
export const KAUTH_VNODE_WRITE_DATA = 0x2;
export const KAUTH_VNODE_EXECUTE = 0x4;
export const KAUTH_VNODE_DELETE = 0x8;
export const KAUTH_VNODE_CHANGE_OWNERSHIP = 0x10;
export const KAUTH_VNODE_WRITE_TIMES = 0x20;
export const KAUTH_VNODE_WRITE_FLAGS = 0x40;
export const KAUTH_VNODE_WRITE_SYSFLAGS = 0x80;
export const KAUTH_VNODE_WRITE_SECURITY = 0x100;
/** Said about the vnode, not asked for. */
export const KAUTH_VNODE_HAS_SYSFLAGS = 0x200;

/** The actions of scope vnode for an access (kauth_mode_to_action); `accmode` has the bits of the owner. */
export function kauth_mode_to_action(accmode: number): number {
  let action = 0;
  if ((accmode & 0o400) !== 0) action |= KAUTH_VNODE_READ_DATA;
  if ((accmode & 0o200) !== 0) action |= KAUTH_VNODE_WRITE_DATA;
  if ((accmode & 0o100) !== 0) action |= KAUTH_VNODE_EXECUTE;
  return action;
}
