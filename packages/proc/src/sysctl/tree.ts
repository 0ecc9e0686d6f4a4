/**
 * Owns the sysctl tree of this kernel: names, numbers, types, flags and descriptions as in DragonFly (the
 * entries of kern_proc.c with those of the seed, lines 92-107, 166, 1849-1894). Immutable data, made once
 * when the module loads, the same in every realm; the values are words of kernel memory.
 */
import { readCstring } from '@smplab/kmem';
import type { Context } from '@smplab/lwkt';
import { globalTokenNames, T_COLLISIONS } from '@smplab/token';
import { NGROUPS, PR } from '../cred/ucred.ts';
import { procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { sysctlConstant, sysctlInt, sysctlString, sysctlStruct, sysctlUint } from './handlers.ts';
import {
  KERN_PROC_ALL,
  KERN_PROC_ARGS,
  KERN_PROC_CWD,
  KERN_PROC_FLAG_LWP,
  KERN_PROC_PATHNAME,
  KERN_PROC_PGRP,
  KERN_PROC_PID,
  KERN_PROC_RUID,
  KERN_PROC_TTY,
  KERN_PROC_UID,
} from './kern-proc-kinds.ts';
import { sysctl_kern_proc } from './kern-proc.ts';
import { sysctl_kern_proc_args } from './kern-proc-args.ts';
import { sysctl_kern_proc_cwd, sysctl_kern_proc_pathname } from './kern-proc-paths.ts';
import { sysctl_kern_malloc } from './malloc-info.ts';
import { SYSCTL_SYSCTL } from './meta.ts';
import {
  CTL_DEBUG,
  CTL_HW,
  CTL_KERN,
  CTL_LWKT,
  CTLFLAG_ANYBODY,
  CTLFLAG_RD,
  CTLFLAG_RW,
  CTLTYPE_INT,
  CTLTYPE_OPAQUE,
  CTLTYPE_STRUCT,
  OID_AUTO,
  registered,
  sysctlHandlerNode,
  sysctlNode,
  type SysctlOid,
  sysctlProc,
} from './oid.ts';
import { OSRELEASE, OSREVISION, OSTYPE, OSVERSION } from './os-release.ts';
import { sysctl_kern_randompid } from './randompid.ts';

/** kern.* with a number of its own. */
const KERN_OSTYPE = 1;
const KERN_OSRELEASE = 2;
const KERN_OSREV = 3;
const KERN_VERSION = 4;
const KERN_MAXPROC = 6;
const KERN_ARGMAX = 8;
const KERN_HOSTNAME = 10;
const KERN_CLOCKRATE = 12;
const KERN_PROC = 14;
const KERN_NGROUPS = 18;
const KERN_JOB_CONTROL = 19;
const KERN_SAVED_IDS = 20;
const KERN_BOOTTIME = 21;
const KERN_MAXFILESPERPROC = 27;
const KERN_MAXPROCPERUID = 28;
const HW_NCPU = 3;
const HW_PAGESIZE = 7;

const MICROSECONDS = 1_000_000;
const RD = CTLFLAG_RD;
const RW = CTLFLAG_RW;
const WORD_BYTES = 4;

/** The subtypes of kern.proc, each once by process and once by lwp. */
function tableNodes(): SysctlOid[] {
  const kinds: readonly (readonly [number, string])[] = [
    [KERN_PROC_PGRP, 'pgrp'],
    [KERN_PROC_TTY, 'tty'],
    [KERN_PROC_UID, 'uid'],
    [KERN_PROC_RUID, 'ruid'],
    [KERN_PROC_PID, 'pid'],
  ];
  const node = (number: number, name: string): SysctlOid =>
    sysctlHandlerNode(number, name, RD, sysctl_kern_proc, 'Process table');
  return [
    ...kinds.map(([number, name]) => node(number, name)),
    node(KERN_PROC_ALL | KERN_PROC_FLAG_LWP, 'all_lwp'),
    ...kinds.map(([number, name]) => node(number | KERN_PROC_FLAG_LWP, `${name}_lwp`)),
  ];
}

const KERN_PROC_NODE = sysctlNode(KERN_PROC, 'proc', RD, 'Process table', [
  sysctlProc(
    KERN_PROC_ALL,
    'all',
    RD | CTLTYPE_STRUCT,
    sysctl_kern_proc,
    'S,proc',
    'Return entire process table',
  ),
  ...tableNodes(),
  sysctlHandlerNode(
    KERN_PROC_ARGS,
    'args',
    RW | CTLFLAG_ANYBODY,
    sysctl_kern_proc_args,
    'Process argument list',
  ),
  // The seed gives it the description of `args`.
  sysctlHandlerNode(
    KERN_PROC_CWD,
    'cwd',
    RD | CTLFLAG_ANYBODY,
    sysctl_kern_proc_cwd,
    'Process argument list',
  ),
  sysctlHandlerNode(KERN_PROC_PATHNAME, 'pathname', RD, sysctl_kern_proc_pathname, 'Process executable path'),
]);

const KERN = sysctlNode(CTL_KERN, 'kern', RW, 'High kernel, proc, limits &c', [
  sysctlString(KERN_OSTYPE, 'ostype', RD, () => OSTYPE, 'Operating system type'),
  sysctlString(KERN_OSRELEASE, 'osrelease', RD, () => OSRELEASE, 'Operating system release'),
  sysctlConstant(KERN_OSREV, 'osrevision', RD, () => OSREVISION, 'Operating system revision'),
  sysctlString(KERN_VERSION, 'version', RD, () => OSVERSION, 'Kernel version'),
  sysctlInt(KERN_MAXPROC, 'maxproc', RD, G.g_maxproc, 'Maximum number of processes'),
  sysctlConstant(KERN_ARGMAX, 'argmax', RD, argmax, 'Maximum bytes of argument to execve(2)'),
  sysctlString(KERN_HOSTNAME, 'hostname', RD, hostname, 'Hostname'),
  sysctlStruct(
    KERN_CLOCKRATE,
    'clockrate',
    RD,
    'clockinfo',
    clockrate,
    'Rate and period of various kernel clocks',
  ),
  KERN_PROC_NODE,
  sysctlConstant(KERN_NGROUPS, 'ngroups', RD, () => NGROUPS, 'Maximum number of groups a user can belong to'),
  sysctlConstant(KERN_JOB_CONTROL, 'job_control', RD, () => 1, 'Whether job control is available'),
  sysctlConstant(KERN_SAVED_IDS, 'saved_ids', RD, () => 1, 'Whether saved set-group/user ID is available'),
  sysctlStruct(
    KERN_BOOTTIME,
    'boottime',
    RD,
    'timeval',
    (k) => [k.peek(procs(k).g + G.g_boottime), 0],
    'System boottime',
  ),
  sysctlConstant(
    KERN_MAXFILESPERPROC,
    'maxfilesperproc',
    RD,
    (k) => k.kernel.limits.openFiles,
    'Maximum files allowed open per process',
  ),
  sysctlInt(
    KERN_MAXPROCPERUID,
    'maxprocperuid',
    RW,
    G.g_maxprocperuid,
    'Maximum processes allowed per userid',
  ),
  sysctlUint(OID_AUTO, 'pid_domain_skips', RW, G.g_pid_domain_skips, 'Number of pid_doms[] skipped'),
  sysctlUint(OID_AUTO, 'pid_inner_skips', RW, G.g_pid_inner_skips, 'Number of pid_doms[] skipped'),
  sysctlProc(OID_AUTO, 'randompid', CTLTYPE_INT | RW, sysctl_kern_randompid, 'I', 'Random PID modulus'),
  sysctlInt(
    OID_AUTO,
    'ps_arg_cache_limit',
    RW,
    G.g_ps_arg_cache_limit,
    'Bytes of arguments kept with a process',
  ),
  sysctlInt(OID_AUTO, 'ps_argsopen', RW, G.g_ps_argsopen, 'Everybody may read the arguments of a process'),
  sysctlConstant(
    OID_AUTO,
    'nprocs',
    RD,
    (k) => k.peek(procs(k).g + G.g_nprocs),
    'Current number of processes',
  ),
  sysctlProc(
    OID_AUTO,
    'malloc',
    CTLTYPE_OPAQUE | RD,
    sysctl_kern_malloc,
    'S,malloc_info',
    'Malloc statistics',
  ),
]);

const SECURITY = sysctlNode(OID_AUTO, 'security', RW, 'Security', [
  sysctlInt(
    OID_AUTO,
    'ps_showallprocs',
    RW,
    G.g_ps_showallprocs,
    'Unprivileged processes can see processes with different UID/GID',
  ),
  sysctlInt(
    OID_AUTO,
    'ps_showallthreads',
    RW,
    G.g_ps_showallthreads,
    'Unprivileged processes can see kernel threads',
  ),
]);

const DEBUG = sysctlNode(CTL_DEBUG, 'debug', RW, 'Debugging', [
  sysctlInt(
    OID_AUTO,
    'ps_migrates',
    RW,
    G.g_ps_migrates,
    'kern.proc moves from CPU to CPU for kernel threads, instead of sending messages',
  ),
  sysctlInt(
    OID_AUTO,
    'ps_batch',
    RW,
    G.g_ps_batch,
    'Kernel threads a message of kern.proc brings back; 0 for the default',
  ),
]);

const HW = sysctlNode(CTL_HW, 'hw', RW, 'Hardware', [
  sysctlConstant(HW_NCPU, 'ncpu', RD, (k) => k.kernel.ncpus, 'Number of active CPUs'),
  sysctlConstant(
    HW_PAGESIZE,
    'pagesize',
    RD,
    (k) => k.kernel.limits.pageWords * WORD_BYTES,
    'Bytes of a page',
  ),
]);

/** How often somebody had to wait for each of the tokens that have a name. */
const LWKT = sysctlNode(
  CTL_LWKT,
  'lwkt',
  RW,
  'Light weight kernel threads',
  globalTokenNames.map((name) =>
    sysctlConstant(
      OID_AUTO,
      `${name}_collisions`,
      RD,
      (k) => k.peek(k.kernel.globals.lookup(name) + T_COLLISIONS),
      `Collision counter of ${name}_token`,
    ),
  ),
);

/** sysctl__children. */
export const SYSCTL_ROOT: readonly SysctlOid[] = registered([SYSCTL_SYSCTL, KERN, DEBUG, HW, LWKT, SECURITY]);

function argmax(k: Context): number {
  return k.kernel.limits.pageWords * k.kernel.limits.vmPages * WORD_BYTES;
}

/** The host of prison 0; the name of a jail is for who is in it to ask by other means. */
function hostname(k: Context): string {
  const prison = k.peek(procs(k).g + G.g_prison0);
  const name = prison === 0 ? '' : readCstring(k.kernel.memory, prison + PR.pr_host, 20);
  return name === '' ? 'smplab' : name;
}

/** struct clockinfo: hz, microseconds of a tick, skew, and the rates of the statistics clocks. */
function clockrate(k: Context): readonly number[] {
  const { hz } = k.kernel.limits;
  return [hz, Math.floor(MICROSECONDS / hz), 0, hz, hz];
}
