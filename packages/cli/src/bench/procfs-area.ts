/**
 * Owns the area `procfs` of the benchmark: what clients of /proc cost on a live machine, what a set-id exec
 * costs with the vnodes of others around it, as revision 1.112 walks them all and 1.117 a bucket, and how
 * long readers wait while execs suspend the mount.
 */
import type { BenchEffort } from './explore-area.ts';
import { measureLive } from './live-program.ts';
import { EXEC_PROGRAMS, LATENCY_PROGRAMS, PROCFS_PROGRAMS } from './procfs-programs.ts';
import type { BenchRow } from './row.ts';

const MODULE = 'procfs-programs';

/** Measures the area; `onCase` hears which case is next. */
export async function procfsArea(_effort: BenchEffort, onCase: (name: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const add = (name: string, metric: string, value: number, unit: string): void => {
    rows.push({ area: 'procfs', case: name, metric: `live: ${metric}`, value, unit });
  };
  let alone = 0;
  for (const program of PROCFS_PROGRAMS) {
    onCase(`procfs ${program.name}`);
    const [perSecond, perCpuSecond] = await measureLive(MODULE, program);
    add(program.name, 'per second', perSecond, '/s');
    add(program.name, 'per CPU second', perCpuSecond, '/s');
    if (program.cpus === 1) alone = perSecond;
    else add(program.name, 'times 1 CPU', perSecond / alone, 'times');
  }
  let before = 0;
  for (const program of EXEC_PROGRAMS) {
    onCase(`procfs ${program.name}`);
    const [perSecond] = await measureLive(MODULE, program);
    add(program.name, 'per second', perSecond, '/s');
    if (program.name.endsWith('1.112')) before = perSecond;
    else add(program.name, 'times 1.112', perSecond / before, 'times');
  }
  for (const program of LATENCY_PROGRAMS) {
    onCase(`procfs ${program.name}`);
    const [median, ninetyNine, longest] = await measureLive(MODULE, program);
    add(program.name, 'median', median, 'us');
    add(program.name, '99 of 100 within', ninetyNine, 'us');
    add(program.name, 'longest', longest, 'us');
  }
  return rows;
}
