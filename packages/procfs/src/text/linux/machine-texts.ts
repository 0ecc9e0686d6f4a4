/**
 * Owns the texts of Linux about the machine that do not change while it runs: cpuinfo, version, names of the
 * kernel, file systems, devices, and those of devices it has none of: disks and networks. Run in the thread
 * that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { boottime } from '../timeval.ts';

/** A release that tools of today take for one they know. */
const RELEASE = '6.1.0-smplab';
const HOSTNAME = 'smplab';

export function* proc_cpuinfo(k: Context): Steps<string> {
  const { ncpus } = k.kernel;
  const rows = (cpu: number): readonly (readonly [string, string | number])[] => [
    ['processor\t', cpu],
    ['vendor_id\t', 'smplab'],
    ['cpu family\t', 0],
    ['model\t\t', 0],
    ['model name\t', 'smplab CPU'],
    ['stepping\t', 0],
    ['cpu MHz\t\t', '0.000'],
    ['cache size\t', '0 KB'],
    ['physical id\t', 0],
    ['siblings\t', ncpus],
    ['core id\t\t', cpu],
    ['cpu cores\t', ncpus],
    ['flags\t\t', ''],
    ['bogomips\t', '0.00'],
  ];
  const cpus = Array.from({ length: ncpus }, (_, cpu) => rows(cpu));
  return cpus.map((each) => `${each.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`).join('');
}

export function* proc_version(k: Context): Steps<string> {
  return `Linux version ${RELEASE} (root@${HOSTNAME}) (smplab) #1 SMP ${boottime(k)}\n`;
}

export function* proc_ostype(): Steps<string> {
  return 'Linux\n';
}

export function* proc_osrelease(): Steps<string> {
  return `${RELEASE}\n`;
}

export function* proc_hostname(): Steps<string> {
  return `${HOSTNAME}\n`;
}

/** One more than the largest pid. */
export function* proc_pid_max(k: Context): Steps<string> {
  return `${k.kernel.limits.pidMax + 1}\n`;
}

/** Threads there may be: as many as processes, each of which has one at least. */
export function* proc_threads_max(k: Context): Steps<string> {
  return `${k.kernel.limits.maxproc}\n`;
}

export function* proc_filesystems(): Steps<string> {
  return 'nodev\tproc\nnodev\tramfs\n';
}

export function* proc_diskstats(): Steps<string> {
  return '';
}

export function* proc_net_dev(): Steps<string> {
  return (
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|' +
    'bytes    packets errs drop fifo colls carrier compressed\n'
  );
}

/** The device numbers of terminals and of memory; there are no block devices. */
export function* proc_devices(): Steps<string> {
  const rows = [
    [kern.DEV_CTTY, 'tty'],
    [kern.DEV_NULL, 'mem'],
    [kern.DEV_TTYV0, 'ttyv'],
  ] as const;
  const lines = rows.map(([device, name]) => `${String(device >> 8).padStart(3)} ${name}\n`);
  return `Character devices:\n${lines.join('')}\nBlock devices:\n`;
}
