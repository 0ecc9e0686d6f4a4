/**
 * Owns the texts of NetBSD about the machine as Linux had them (procfs_linux.c): cpuinfo, stat, uptime,
 * loadavg, version, devices. Run in the thread that reads.
 */
import { type Context, cpuTicks, loadAverages, LOAD_SCALE, type Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { emulationOf } from '../../node/emulation.ts';
import { machineCounts } from '../machine-facts.ts';
import { boottime, durationOf } from '../timeval.ts';

const LAST_PID = 30_000;
const HUNDREDTH = 10_000;
/** What emul.linux.kern says. */
const LINUX = { type: 'Linux', release: '3.11.6', version: '#1 SMP PREEMPT Thu Oct 24 16:23:02 UTC 2013' };
const NATIVE = { type: kern.OSTYPE, release: kern.OSRELEASE, version: kern.OSVERSION };
/** cdevsw by major number; there are no block devices. */
const DEVICES = [
  [kern.DEV_CTTY, 'ctty'],
  [kern.DEV_NULL, 'mem'],
  [kern.DEV_TTYV0, 'ttyv'],
] as const;

/** What a machine of this kind is: procfs_getcpuinfstr. */
export function* procfs_docpuinfo(k: Context): Steps<string> {
  const cpus = Array.from({ length: k.kernel.ncpus }, (_, cpu) => cpu);
  const kind = 'vendor_id\t: smplab\nmodel name\t: explored and live CPU\ncpu MHz\t\t: 0.00\n\n';
  return cpus.map((cpu) => `processor\t: ${cpu}\n${kind}`).join('');
}

/** The first line is of the CPU that reads, as in NetBSD, not the sum. */
export function* procfs_docpustat(k: Context): Steps<string> {
  // Nothing runs at a lower priority for being nice.
  const line = (name: string, cpu: number): string => {
    const { user, system, idle } = cpuTicks(k, cpu);
    return `${name} ${user} 0 ${system} ${idle}\n`;
  };
  const cpus = Array.from({ length: k.kernel.ncpus }, (_, cpu) => line(`cpu${cpu}`, cpu));
  const { interrupts, switches } = machineCounts(k);
  return (
    `${line('cpu', k.cpu.cpuid)}${cpus.join('')}disk 0 0 0 0\npage 0 0\nswap 0 0\n` +
    `intr ${interrupts}\nctxt ${switches}\nbtime ${boottime(k)}\n`
  );
}

/** Since boot, and of that how long the CPU that reads had nothing to do. */
export function* procfs_douptime(k: Context): Steps<string> {
  const seconds = (ticks: number): string => {
    const { sec, usec } = durationOf(k, ticks);
    return `${sec}.${String(Math.floor(usec / HUNDREDTH)).padStart(2, '0')}`;
  };
  return `${seconds(k.kernel.ticks)} ${seconds(cpuTicks(k, k.cpu.cpuid).idle)}\n`;
}

export function* procfs_doloadavg(k: Context): Steps<string> {
  const nprocs = k.peek(kern.procs(k).g + kern.G.g_nprocs);
  const loads = loadAverages(k).map((load) => {
    const hundredths = Math.floor((load * 100) / LOAD_SCALE);
    return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
  });
  return `${loads.join(' ')} 1/${nprocs} ${LAST_PID}\n`;
}

export function* procfs_doversion(k: Context): Steps<string> {
  const emulation = emulationOf(k, kern.curproc(k));
  const { type, release, version } = emulation === 'linux' ? LINUX : NATIVE;
  return `${type} version ${release} (${emulation}@localhost) (gcc version unknown) ${version}\n`;
}

export function* procfs_dodevices(): Steps<string> {
  const rows = DEVICES.map(([dev, name]) => `${String(dev >> 8).padStart(3)} ${name}\n`);
  return `Character devices:\n${rows.join('')}\nBlock devices:\n`;
}
