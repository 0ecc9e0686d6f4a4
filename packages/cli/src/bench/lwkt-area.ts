/**
 * Owns the area `lwkt` of the benchmark: what tokens, switches, wakeups and messages cost on a live machine
 * of two CPUs, and how fast the same kernel is explored.
 */
import { Execution, type StrategyName } from '@smplab/explore';
import { createMachine, type MachineScenario } from '@smplab/machine';
import { measureRates } from './explore-measure.ts';
import type { BenchEffort } from './explore-area.ts';
import { EXPLORED_TOKENS, LOGGED, LWKT_PROGRAMS } from './lwkt-programs.ts';
import type { BenchRow } from './row.ts';

const SAMPLING: readonly StrategyName[] = ['random', 'pct', 'pos', 'surw'];
const RESTORES = 2000;
const FLOOR = LWKT_PROGRAMS[0];

/** Built programs: workers load no TypeScript. */
const PROGRAMS = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/bench/lwkt-programs.js', import.meta.url)
  : new URL('./lwkt-programs.js', import.meta.url);

/** Nanoseconds of one operation of the program, live. */
async function measureLive({ name, cpus }: MachineScenario): Promise<number> {
  let nanoseconds = NaN;
  const machine = createMachine({
    cpus,
    images: [{ module: PROGRAMS.href, scenario: name, file: 'the benchmark' }],
    onLog: (_cpu, text) => {
      if (text.startsWith(LOGGED)) nanoseconds = Number(text.slice(LOGGED.length));
    },
  });
  const report = await machine.run();
  if (report.outcome !== 'halted' || Number.isNaN(nanoseconds)) {
    throw new Error(`benchmark program "${name}" ended with ${report.outcome}: ${report.message}`);
  }
  return nanoseconds;
}

/** Measures the area; `onCase` hears which case is next. */
export async function lwktArea(effort: BenchEffort, onCase: (name: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  let floorNs = 0;
  for (const program of LWKT_PROGRAMS) {
    onCase(`lwkt ${program.name}`);
    const value = await measureLive(program);
    rows.push({ area: 'lwkt', case: program.name, metric: 'live: time of one', value, unit: 'ns' });
    if (program === FLOOR) floorNs = value;
    rows.push({
      area: 'lwkt',
      case: program.name,
      metric: 'live: times the floor',
      value: value / floorNs,
      unit: 'times',
    });
  }
  for (const name of SAMPLING) {
    onCase(`lwkt ${EXPLORED_TOKENS.name} ${name}`);
    const rates = measureRates(name, EXPLORED_TOKENS, effort.warmUpSeconds, effort.seconds);
    const row = (metric: string, value: number, unit: string): BenchRow => ({
      area: 'lwkt',
      case: EXPLORED_TOKENS.name,
      metric: `${name}: ${metric}`,
      value,
      unit,
    });
    rows.push(
      row('schedules per CPU second', rates.schedulesPerSecond, 'schedules/s'),
      row('steps per CPU second', rates.stepsPerSecond, 'steps/s'),
    );
  }
  onCase('lwkt image restore');
  return [...rows, ...restoreRows()];
}

/** What it costs to put the memory of that machine back before each run. */
function restoreRows(): BenchRow[] {
  const { image } = EXPLORED_TOKENS;
  const execution = new Execution();
  let best = Infinity;
  const program = {
    name: 'restore',
    start(): void {
      const start = performance.now();
      execution.adoptImage(image);
      best = Math.min(best, performance.now() - start);
    },
  };
  const strategy = { name: 'none', begin: () => true, pick: () => 0, choose: () => 0 };
  for (let i = 0; i < RESTORES; i++) execution.execute(program, strategy);
  return [
    { area: 'lwkt', case: 'image restore', metric: 'explore: time of one', value: best * 1e6, unit: 'ns' },
    { area: 'lwkt', case: 'image restore', metric: 'explore: words', value: image.length, unit: 'words' },
  ];
}
