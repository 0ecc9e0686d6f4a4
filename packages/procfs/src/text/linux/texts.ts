/**
 * Owns which texts the linux tree has, by type of node; those that NetBSD copied from Linux are shared. Pure
 * data.
 */
import { PFS } from '../../node/node-types.ts';
import { procfs_dolimits } from '../netbsd/limit.ts';
import { procfs_domaps } from '../netbsd/map.ts';
import { procfs_domounts } from '../netbsd/mounts.ts';
import type { Texts } from '../reading.ts';
import * as machine from './machine-texts.ts';
import { proc_loadavg, proc_stat, proc_uptime } from './machine-stat.ts';
import { proc_meminfo, proc_vmstat } from './memory-info.ts';
import { proc_pid_stat, proc_pid_statm } from './task-stat.ts';
import { proc_pid_status } from './task-status.ts';
import * as task from './task-texts.ts';

export const LINUX_TEXTS: Texts = {
  [PFS.auxv]: task.proc_pid_auxv,
  [PFS.cmdline]: task.proc_pid_cmdline,
  [PFS.comm]: task.proc_pid_comm,
  [PFS.cpuinfo]: machine.proc_cpuinfo,
  [PFS.cpustat]: proc_stat,
  [PFS.devices]: machine.proc_devices,
  [PFS.diskstats]: machine.proc_diskstats,
  [PFS.environ]: task.proc_pid_environ,
  [PFS.filesystems]: machine.proc_filesystems,
  [PFS.hostname]: machine.proc_hostname,
  [PFS.io]: task.proc_pid_io,
  [PFS.limits]: procfs_dolimits,
  [PFS.loadavg]: proc_loadavg,
  [PFS.maps]: procfs_domaps,
  [PFS.meminfo]: proc_meminfo,
  [PFS.mounts]: procfs_domounts,
  [PFS.net_dev]: machine.proc_net_dev,
  [PFS.oom_score]: task.proc_pid_oom_score,
  [PFS.osrelease]: machine.proc_osrelease,
  [PFS.ostype]: machine.proc_ostype,
  [PFS.pid_max]: machine.proc_pid_max,
  [PFS.procmounts]: procfs_domounts,
  [PFS.stat]: proc_pid_stat,
  [PFS.statm]: proc_pid_statm,
  [PFS.status]: proc_pid_status,
  [PFS.threads_max]: machine.proc_threads_max,
  [PFS.uptime]: proc_uptime,
  [PFS.version]: machine.proc_version,
  [PFS.vmstat]: proc_vmstat,
  [PFS.wchan]: task.proc_pid_wchan,
};
