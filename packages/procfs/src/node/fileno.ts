/**
 * Owns the numbers that nodes are known by outside (PROCFS_FILENO of procfs.h), in each era's way. Pure.
 *
 *     now            root 2, curproc 3, self 4; else base * PFSlast + type, base = pid + 1, with a
 *                    descriptor (pid + 1) << 32 | fd
 *     2007 to 2018   types before `proc` + 2; else (pid + 1) << 5 | type, with a descriptor
 *                    (pid + 1) << 16 | fd << 5 | type: types from 32 and descriptors from 2048 run over
 *     FreeBSD 2001   types before `proc` + 2; else ((pid + 1) << 4) + type
 *     README 1993    root 2; else ((pid + 1) << 3) + type, where notepg runs over
 */
import { PROCFSMNT_OLDFILENO, PROFILE_FREEBSD, PROFILE_LINUX, PROFILE_README } from '../procfs-layout.ts';
import { PFS, PFSLAST, type PfsType } from './node-types.ts';

const ROOT_FILENO = 2n;
const CURPROC_FILENO = 3n;
const SELF_FILENO = 4n;

/** The Linux tree has types besides those of 1.117. */
const LINUX_LAST = Object.keys(PFS).length;

/** Types in the order they were added to procfs.h, up to `auxv`, the last that five bits have room for. */
const OLD_TYPES: readonly PfsType[] = [
  'root',
  'curproc',
  'self',
  'proc',
  'file',
  'mem',
  'regs',
  'fpregs',
  'ctl',
  'stat',
  'status',
  'note',
  'notepg',
  'map',
  'maps',
  'cmdline',
  'meminfo',
  'cpuinfo',
  'uptime',
  'mounts',
  'cwd',
  'chroot',
  'emul',
  'fd',
  'devices',
  'exe',
  'cpustat',
  'loadavg',
  'statm',
  'version',
  'task',
  'auxv',
  'limit',
  'environ',
  'limits',
];

const FREEBSD_TYPES: readonly PfsType[] = [
  'root',
  'curproc',
  'proc',
  'file',
  'mem',
  'regs',
  'fpregs',
  'dbregs',
  'ctl',
  'status',
  'note',
  'notepg',
  'map',
  'etype',
  'cmdline',
  'rlimit',
];

const README_TYPES: readonly PfsType[] = [
  'root',
  'proc',
  'file',
  'mem',
  'regs',
  'ctl',
  'status',
  'note',
  'notepg',
];

/** The number of a type in a list; what came later follows in the order of now. */
function ordinal(types: readonly PfsType[], type: number): bigint {
  const at = types.findIndex((name) => PFS[name] === type);
  return BigInt(at < 0 ? types.length + type : at);
}

/** st_ino and d_fileno of a node. `fd` is -1 where there is none. */
export function procfs_fileno(profile: number, flags: number, pid: number, type: number, fd: number): bigint {
  const process = BigInt(pid) + 1n;
  if (type === PFS.root) return ROOT_FILENO;
  if (profile === PROFILE_README) return (process << 3n) + ordinal(README_TYPES, type);
  if (profile === PROFILE_FREEBSD)
    return type === PFS.curproc ? CURPROC_FILENO : (process << 4n) + ordinal(FREEBSD_TYPES, type);
  if (type === PFS.curproc) return CURPROC_FILENO;
  if (type === PFS.self) return SELF_FILENO;
  if ((flags & PROCFSMNT_OLDFILENO) !== 0) {
    const old = ordinal(OLD_TYPES, type);
    return fd === -1 ? (process << 5n) + old : (process << 16n) | (BigInt(fd) << 5n) | old;
  }
  const base = fd === -1 ? process : (process << 32n) | BigInt(fd);
  return base * BigInt(profile === PROFILE_LINUX ? LINUX_LAST : PFSLAST) + BigInt(type);
}
