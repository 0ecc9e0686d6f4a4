/**
 * Owns the table that drives procfs: for each node of each tree its name, where it is listed, what it is, who
 * may do what with it, and what has to be so for it to be there (reference: procfs.md 1.1, 1.6). Everything
 * else - lookup, readdir, getattr, access, I/O, the tests - goes by it. Pure data.
 */
import { VDIR, VLNK, VREG } from '@smplab/vfs';
import { PROFILE_FREEBSD, PROFILE_LINUX, PROFILE_NETBSD, PROFILE_README } from '../procfs-layout.ts';
import { PFS, type PfsType } from './node-types.ts';

/** What has to be so for a node to be there (pt_valid of NetBSD's procfs_vnops.c). */
export type NodeNeed =
  /** The process runs a program. */
  | 'text'
  /** It is no process of the system. */
  | 'user'
  /** The machine has such registers. */
  | 'fpregs';

export interface NodeRow {
  readonly type: number;
  readonly typeName: PfsType;
  /** Its name in the directory; '' for those that are called by a number, and for the root. */
  readonly name: string;
  /** Type of the directory that lists it; -1 for the root. */
  readonly parent: number;
  readonly kind: number;
  readonly mode: number;
  /** uid and gid: 0, or the effective ones of the process. */
  readonly owner: 'root' | 'process';
  readonly nlink: number;
  /** What its I/O does, whoever asks: the direction check. '' for what is no file. */
  readonly direction: 'r' | 'w' | 'rw' | '';
  /** Only on mounts with PROCFSMNT_LINUXCOMPAT. */
  readonly isLinux: boolean;
  readonly needs: readonly NodeNeed[];
  /** For the real user of a process that is not P_SUGID, at each read and write (procfs_listener_cb). */
  readonly isGuarded: boolean;
  /** Its key has the thread of the directory it is in (linux: /N/task/T). */
  readonly isPerThread: boolean;
}

interface Given extends Partial<Omit<NodeRow, 'type' | 'typeName' | 'name' | 'parent'>> {
  readonly name?: string;
}

function row(typeName: PfsType, parent: PfsType | null, given: Given): NodeRow {
  const kind = given.kind ?? VREG;
  return {
    type: PFS[typeName],
    typeName,
    name: given.name ?? typeName,
    parent: parent === null ? -1 : PFS[parent],
    kind,
    mode: given.mode ?? (kind === VREG ? 0o444 : 0o555),
    owner: given.owner ?? 'process',
    nlink: given.nlink ?? (kind === VDIR ? 2 : 1),
    direction: given.direction ?? (kind === VREG ? 'r' : ''),
    isLinux: given.isLinux ?? false,
    needs: given.needs ?? [],
    isGuarded: given.isGuarded ?? false,
    isPerThread: given.isPerThread ?? false,
  };
}

const LINUX = { isLinux: true } as const;
const GLOBAL = { owner: 'root', isLinux: true } as const;
const RW_MEMORY = { mode: 0o600, direction: 'rw', isGuarded: true } as const;
const NOTE = { mode: 0o200, direction: 'w' } as const;
const OWN = { mode: 0o400 } as const;

/** Rows that every tree begins with. */
const ROOT = row('root', null, { name: '', kind: VDIR, owner: 'root', nlink: 1 });
const PROC = row('proc', 'root', { name: '', kind: VDIR });

/** NetBSD 1.117. Order: that in which directories list them. */
const NETBSD: readonly NodeRow[] = [
  ROOT,
  row('curproc', 'root', { kind: VLNK, owner: 'root' }),
  row('self', 'root', { kind: VLNK, owner: 'root' }),
  PROC,
  row('fd', 'proc', { kind: VDIR, mode: 0o500 }),
  row('task', 'proc', { kind: VDIR, ...LINUX, needs: ['text'] }),
  row('cwd', 'proc', { kind: VLNK, owner: 'root' }),
  row('emul', 'proc', {}),
  row('chroot', 'proc', { name: 'root', kind: VLNK, owner: 'root' }),
  row('auxv', 'proc', { ...OWN, needs: ['text'] }),
  row('cmdline', 'proc', {}),
  row('environ', 'proc', OWN),
  row('exe', 'proc', { kind: VLNK, owner: 'root', needs: ['text'] }),
  row('file', 'proc', { mode: 0o600, direction: '', needs: ['text'] }),
  row('fpregs', 'proc', { ...RW_MEMORY, needs: ['fpregs'] }),
  row('limit', 'proc', {}),
  row('limits', 'proc', { ...LINUX, needs: ['text'] }),
  row('map', 'proc', { ...OWN, needs: ['user'] }),
  row('maps', 'proc', { ...OWN, needs: ['user'] }),
  row('mem', 'proc', RW_MEMORY),
  row('note', 'proc', NOTE),
  row('notepg', 'proc', NOTE),
  row('regs', 'proc', RW_MEMORY),
  row('stat', 'proc', { ...LINUX, needs: ['text'] }),
  row('statm', 'proc', { ...LINUX, needs: ['text'] }),
  row('status', 'proc', {}),
  row('meminfo', 'root', GLOBAL),
  row('cpuinfo', 'root', GLOBAL),
  row('cpustat', 'root', { ...GLOBAL, name: 'stat' }),
  row('uptime', 'root', GLOBAL),
  row('mounts', 'root', GLOBAL),
  row('devices', 'root', GLOBAL),
  row('loadavg', 'root', GLOBAL),
  row('version', 'root', GLOBAL),
  row('sysvipc', 'root', { ...GLOBAL, kind: VDIR, nlink: 5 }),
  row('sysvipc_msg', 'sysvipc', { ...GLOBAL, name: 'msg' }),
  row('sysvipc_sem', 'sysvipc', { ...GLOBAL, name: 'sem' }),
  row('sysvipc_shm', 'sysvipc', { ...GLOBAL, name: 'shm' }),
  row('sys', 'root', { ...GLOBAL, kind: VDIR }),
  row('sysfs', 'sys', { ...GLOBAL, name: 'fs', kind: VDIR }),
  row('mqueue', 'sysfs', { ...GLOBAL, kind: VDIR }),
  row('mq_msg_def', 'mqueue', { ...GLOBAL, name: 'msg_default' }),
  row('mq_msg_max', 'mqueue', { ...GLOBAL, name: 'msg_max' }),
  row('mq_siz_def', 'mqueue', { ...GLOBAL, name: 'msgsize_default' }),
  row('mq_siz_max', 'mqueue', { ...GLOBAL, name: 'msgsize_max' }),
  row('mq_qmax', 'mqueue', { ...GLOBAL, name: 'queues_max' }),
];

/** The README of 1993: `curproc` is a directory, the caller's own. */
const README: readonly NodeRow[] = [
  ROOT,
  row('curproc', 'root', { kind: VDIR }),
  PROC,
  row('ctl', 'proc', NOTE),
  row('file', 'proc', { mode: 0o555, direction: '', needs: ['text'] }),
  row('mem', 'proc', RW_MEMORY),
  row('note', 'proc', NOTE),
  row('notepg', 'proc', NOTE),
  row('regs', 'proc', RW_MEMORY),
  row('status', 'proc', {}),
];

/** FreeBSD at the commit of seed 002. */
const FREEBSD: readonly NodeRow[] = [
  ROOT,
  row('curproc', 'root', { kind: VDIR }),
  PROC,
  row('file', 'proc', { mode: 0o555, direction: '', needs: ['text'] }),
  row('mem', 'proc', RW_MEMORY),
  row('regs', 'proc', RW_MEMORY),
  row('fpregs', 'proc', { ...RW_MEMORY, needs: ['fpregs'] }),
  row('dbregs', 'proc', RW_MEMORY),
  row('ctl', 'proc', NOTE),
  row('status', 'proc', {}),
  row('note', 'proc', NOTE),
  row('notepg', 'proc', NOTE),
  row('map', 'proc', { mode: 0o444, needs: ['user'] }),
  row('etype', 'proc', {}),
  row('cmdline', 'proc', {}),
  row('rlimit', 'proc', {}),
];

const PER_THREAD = { isPerThread: true } as const;

/** Linux, as the tools of today want it. All of it is there whatever the flags of the mount say. */
const LINUX_TREE: readonly NodeRow[] = [
  ROOT,
  row('self', 'root', { kind: VLNK, owner: 'root', mode: 0o777 }),
  PROC,
  row('fd', 'proc', { kind: VDIR, mode: 0o500 }),
  row('task', 'proc', { kind: VDIR }),
  row('cwd', 'proc', { kind: VLNK, mode: 0o777 }),
  row('chroot', 'proc', { name: 'root', kind: VLNK, mode: 0o777 }),
  row('exe', 'proc', { kind: VLNK, mode: 0o777, needs: ['text'] }),
  row('auxv', 'proc', OWN),
  row('cmdline', 'proc', {}),
  row('comm', 'proc', {}),
  row('environ', 'proc', OWN),
  row('io', 'proc', OWN),
  row('limits', 'proc', {}),
  row('maps', 'proc', {}),
  row('mem', 'proc', RW_MEMORY),
  row('procmounts', 'proc', { name: 'mounts' }),
  row('oom_score', 'proc', {}),
  row('stat', 'proc', {}),
  row('statm', 'proc', {}),
  row('status', 'proc', {}),
  row('wchan', 'proc', {}),
  row('tid', 'task', { name: '', kind: VDIR }),
  row('comm', 'tid', PER_THREAD),
  row('stat', 'tid', PER_THREAD),
  row('status', 'tid', PER_THREAD),
  row('cpuinfo', 'root', { owner: 'root' }),
  row('devices', 'root', { owner: 'root' }),
  row('diskstats', 'root', { owner: 'root' }),
  row('filesystems', 'root', { owner: 'root' }),
  row('loadavg', 'root', { owner: 'root' }),
  row('meminfo', 'root', { owner: 'root' }),
  row('mounts', 'root', { owner: 'root' }),
  row('net', 'root', { owner: 'root', kind: VDIR }),
  row('net_dev', 'net', { name: 'dev', owner: 'root' }),
  row('cpustat', 'root', { name: 'stat', owner: 'root' }),
  row('sys', 'root', { owner: 'root', kind: VDIR }),
  row('syskernel', 'sys', { name: 'kernel', owner: 'root', kind: VDIR }),
  row('hostname', 'syskernel', { owner: 'root' }),
  row('osrelease', 'syskernel', { owner: 'root' }),
  row('ostype', 'syskernel', { owner: 'root' }),
  row('pid_max', 'syskernel', { owner: 'root' }),
  row('threads_max', 'syskernel', { name: 'threads-max', owner: 'root' }),
  row('uptime', 'root', { owner: 'root' }),
  row('version', 'root', { owner: 'root' }),
  row('vmstat', 'root', { owner: 'root' }),
];

/** The tree of each profile. */
export const NODE_TABLES: Readonly<Record<number, readonly NodeRow[]>> = {
  [PROFILE_NETBSD]: NETBSD,
  [PROFILE_FREEBSD]: FREEBSD,
  [PROFILE_LINUX]: LINUX_TREE,
  [PROFILE_README]: README,
};

/** The row of a type in a tree; undefined if the tree has none. */
export function rowOf(profile: number, type: number): NodeRow | undefined {
  return NODE_TABLES[profile].find((each) => each.type === type);
}

/** What a directory of a type lists, in order; those without a name (processes, descriptors) apart. */
export function rowsIn(profile: number, parent: number): readonly NodeRow[] {
  return NODE_TABLES[profile].filter((each) => each.parent === parent && each.name !== '');
}
