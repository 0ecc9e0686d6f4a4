/**
 * Owns the numbers of node types (enum pfstype of NetBSD's procfs.h). Those of 1.117 are in the order of the
 * alphabet, from 0; those that only other trees have follow. Pure data.
 */

/** Types of 1.117, in their order. */
const NETBSD_TYPES = [
  'auxv',
  'chroot',
  'cmdline',
  'cpuinfo',
  'cpustat',
  'curproc',
  'cwd',
  'devices',
  'emul',
  'environ',
  'exe',
  'fd',
  'file',
  'fpregs',
  'limit',
  'limits',
  'loadavg',
  'map',
  'maps',
  'mem',
  'meminfo',
  'mounts',
  'mq_msg_def',
  'mq_msg_max',
  'mq_qmax',
  'mq_siz_def',
  'mq_siz_max',
  'mqueue',
  'note',
  'notepg',
  'proc',
  'regs',
  'root',
  'self',
  'stat',
  'statm',
  'status',
  'sys',
  'sysfs',
  'sysvipc',
  'sysvipc_msg',
  'sysvipc_sem',
  'sysvipc_shm',
  'task',
  'uptime',
  'version',
] as const;

/** Types that the FreeBSD or the Linux tree has besides. */
const OTHER_TYPES = [
  'ctl',
  'dbregs',
  'etype',
  'rlimit',
  'comm',
  'io',
  'oom_score',
  'vmstat',
  'diskstats',
  'filesystems',
  'tid',
  'syskernel',
  'osrelease',
  'ostype',
  'hostname',
  'pid_max',
  'net',
  'net_dev',
  'wchan',
  'procmounts',
  'threads_max',
] as const;

export type PfsType = (typeof NETBSD_TYPES)[number] | (typeof OTHER_TYPES)[number];

const ALL: readonly PfsType[] = [...NETBSD_TYPES, ...OTHER_TYPES];

/** The number of each type. */
export const PFS = Object.fromEntries(ALL.map((name, at) => [name, at])) as Readonly<Record<PfsType, number>>;

/** PFSlast of 1.117: how many types there are, without those of a machine. */
export const PFSLAST = NETBSD_TYPES.length;

/** The name of a type, for messages. */
export function pfsTypeName(type: number): string {
  return ALL[type] ?? `type ${type}`;
}
