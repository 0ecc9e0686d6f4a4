/**
 * Owns /proc/stat, uptime and loadavg of Linux (fs/proc/stat.c, uptime.c, loadavg.c): what the clock has
 * counted. Run in the thread that reads; the CPUs go on meanwhile.
 */
import { type Context, type CpuTicks, cpuTicks, LOAD_SCALE, loadAverages, type Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { machineCounts } from '../machine-facts.ts';
import { boottime } from '../timeval.ts';
import { census } from './census.ts';
import { secondsText, userTicks } from './user-ticks.ts';

/** Half a hundredth, for rounding (get_avenrun). */
const ROUND = Math.floor(LOAD_SCALE / 200);

/** Columns: user, nice, system, idle, and iowait, irq, softirq, steal, guest, guest_nice, which are none. */
export function* proc_stat(k: Context): Steps<string> {
  const { running, blocked } = yield* census(k);
  const each = ticksOfAll(k);
  const line = (name: string, cpus: readonly CpuTicks[]): string => {
    const sum = (of: (cpu: CpuTicks) => number): number => userTicks(k, total(cpus.map(of)));
    const columns = [sum(({ user }) => user), 0, sum(({ system }) => system), sum(({ idle }) => idle)];
    return `${name} ${columns.join(' ')} 0 0 0 0 0 0\n`;
  };
  const { interrupts, switches } = machineCounts(k);
  return [
    line('cpu ', each),
    ...each.map((ticks, cpu) => line(`cpu${cpu}`, [ticks])),
    `intr ${interrupts}\n`,
    `ctxt ${switches}\n`,
    `btime ${boottime(k)}\n`,
    `processes ${k.peek(kern.procs(k).g + kern.G.g_forks)}\n`,
    `procs_running ${running}\n`,
    `procs_blocked ${blocked}\n`,
    'softirq 0 0 0 0 0 0 0 0 0 0 0\n',
  ].join('');
}

/** Seconds since boot, and seconds of idleness of all CPUs. */
export function* proc_uptime(k: Context): Steps<string> {
  const idle = total(ticksOfAll(k).map((each) => each.idle));
  return `${secondsText(k, k.kernel.ticks)} ${secondsText(k, idle)}\n`;
}

/** Averages of 1, 5 and 15 minutes, threads that run of all there are, the youngest process. */
export function* proc_loadavg(k: Context): Steps<string> {
  const { running, threads, lastPid } = yield* census(k);
  const averages = loadAverages(k).map(loadText);
  return `${averages.join(' ')} ${running}/${threads} ${lastPid}\n`;
}

/** LOAD_INT and LOAD_FRAC. */
function loadText(load: number): string {
  const rounded = load + ROUND;
  const hundredths = Math.floor(((rounded % LOAD_SCALE) * 100) / LOAD_SCALE);
  return `${Math.floor(rounded / LOAD_SCALE)}.${String(hundredths).padStart(2, '0')}`;
}

function ticksOfAll(k: Context): CpuTicks[] {
  return Array.from({ length: k.kernel.ncpus }, (_, cpuid) => cpuTicks(k, cpuid));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
