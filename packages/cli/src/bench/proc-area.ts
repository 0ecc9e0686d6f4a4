/**
 * Owns the area `proc` of the benchmark: how many lives of processes, lookups, signals and scans a live
 * machine does a second, on one CPU and on two, with 256 hash buckets and with one.
 */
import type { ProcessScenario } from '@smplab/proc';
import { type BenchEffort, FULL } from './explore-area.ts';
import { measureLive } from './live-program.ts';
import { PROC_PROGRAMS } from './proc-programs.ts';
import { SUSTAINED, SUSTAINED_PROGRAMS, SUSTAINED_QUICK, type Sustained } from './proc-sustained.ts';
import type { BenchRow } from './row.ts';

/** Lives until the pids have gone round, each reuse checked. */
async function sustained(each: Sustained): Promise<BenchRow[]> {
  const { name, lives } = each;
  const program = SUSTAINED_PROGRAMS.find((one) => one.name === name) as ProcessScenario;
  const [perSecond, perCpuSecond, reused, least] = await measureLive('proc-sustained', program);
  const row = (metric: string, value: number, unit: string): BenchRow => ({
    area: 'proc',
    case: `${name}, 2 CPUs`,
    metric,
    value,
    unit,
  });
  return [
    row('live: per second', perSecond, '/s'),
    row('live: per CPU second', perCpuSecond, '/s'),
    row('live: lives', lives, 'lives'),
    row('live: pids that came again', reused, 'pids'),
    row('live: soonest after', least / 1000, 's'),
  ];
}

/** Measures the area; `onCase` hears which case is next. */
export async function procArea(effort: BenchEffort, onCase: (name: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const wall = new Map<string, number>();
  for (const program of PROC_PROGRAMS) {
    const { name } = program;
    onCase(`proc ${name}`);
    const [perSecond, perCpuSecond] = await measureLive('proc-programs', program);
    wall.set(name, perSecond);
    const row = (metric: string, value: number, unit: string): BenchRow => ({
      area: 'proc',
      case: name,
      metric,
      value,
      unit,
    });
    rows.push(row('live: per second', perSecond, '/s'), row('live: per CPU second', perCpuSecond, '/s'));
    const [work, cpus, buckets] = name.split(/, (?=\d)/);
    const alone = wall.get(`${work}, 1 CPU, ${buckets}`);
    if (cpus === '2 CPUs' && alone !== undefined)
      rows.push(row('live: times 1 CPU', perSecond / alone, 'times'));
    const hashed = wall.get(`${work}, ${cpus}, 256 buckets`);
    if (buckets === '1 bucket' && hashed !== undefined) {
      rows.push(row('live: 256 buckets are faster', hashed / perSecond, 'times'));
    }
  }
  for (const each of effort.seconds < FULL.seconds ? SUSTAINED_QUICK : SUSTAINED) {
    onCase(`proc ${each.name}`);
    rows.push(...(await sustained(each)));
  }
  return rows;
}
