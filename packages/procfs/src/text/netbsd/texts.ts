/**
 * Owns which texts the netbsd tree has, by type of node. Pure data.
 */
import { PFS } from '../../node/node-types.ts';
import type { Texts } from '../reading.ts';
import { procfs_docmdline, procfs_doenviron } from './arguments.ts';
import { procfs_doauxv } from './auxv.ts';
import { procfs_doemul } from './emul.ts';
import * as ipc from './ipc.ts';
import { procfs_dolimit, procfs_dolimits } from './limit.ts';
import * as machine from './machine-texts.ts';
import { procfs_domap, procfs_domaps } from './map.ts';
import { procfs_domeminfo } from './memory-info.ts';
import { procfs_domounts } from './mounts.ts';
import { procfs_do_pid_stat, procfs_do_pid_statm } from './process-stat.ts';
import { procfs_dostatus } from './status.ts';

export const NETBSD_TEXTS: Texts = {
  [PFS.auxv]: procfs_doauxv,
  [PFS.cmdline]: procfs_docmdline,
  [PFS.cpuinfo]: machine.procfs_docpuinfo,
  [PFS.cpustat]: machine.procfs_docpustat,
  [PFS.devices]: machine.procfs_dodevices,
  [PFS.emul]: procfs_doemul,
  [PFS.environ]: procfs_doenviron,
  [PFS.limit]: procfs_dolimit,
  [PFS.limits]: procfs_dolimits,
  [PFS.loadavg]: machine.procfs_doloadavg,
  [PFS.map]: procfs_domap,
  [PFS.maps]: procfs_domaps,
  [PFS.meminfo]: procfs_domeminfo,
  [PFS.mounts]: procfs_domounts,
  [PFS.mq_msg_def]: ipc.procfs_domq_msg_def,
  [PFS.mq_msg_max]: ipc.procfs_domq_msg_max,
  [PFS.mq_qmax]: ipc.procfs_domq_qmax,
  [PFS.mq_siz_def]: ipc.procfs_domq_siz_def,
  [PFS.mq_siz_max]: ipc.procfs_domq_siz_max,
  [PFS.stat]: procfs_do_pid_stat,
  [PFS.statm]: procfs_do_pid_statm,
  [PFS.status]: procfs_dostatus,
  [PFS.sysvipc_msg]: ipc.procfs_dosysvipc_msg,
  [PFS.sysvipc_sem]: ipc.procfs_dosysvipc_sem,
  [PFS.sysvipc_shm]: ipc.procfs_dosysvipc_shm,
  [PFS.uptime]: machine.procfs_douptime,
  [PFS.version]: machine.procfs_doversion,
};
