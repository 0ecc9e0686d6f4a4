/**
 * Measures the bugs of the catalogue: `npm run campaign:history`, with `lwkt` (the kernel's history), `proc`
 * (its process table), `procfs`, `published` or `kernel` those of one group, with names only these. Some
 * minutes for `lwkt`, much longer for `proc` and `procfs`. Takes no part in `npm test`. For each the schedule
 * that fails on 20 seeds; for today's code of these how many schedules of the portfolio hold, and up to how
 * many preemptions it can be proved.
 */
import { explore } from '@smplab/explore';
import { catalogue } from '@smplab/scenarios';

const SEEDS = 20;
const SCHEDULES = 10_000;

type Entry = (typeof catalogue)[number];

/** How much of today's code is searched: schedules of the portfolio, and of each proof. */
interface Effort {
  readonly sampled: number;
  readonly proof: number;
  readonly preemptions: number;
}

const EFFORTS: Readonly<Partial<Record<Entry['group'], Effort>>> = {
  lwkt: { sampled: SCHEDULES, proof: 80_000, preemptions: 4 },
  // Whole lives of processes: some hundred steps in each schedule.
  proc: { sampled: 2000, proof: 30_000, preemptions: 1 },
  // With file systems, which take several times as long.
  procfs: { sampled: 2000, proof: 3000, preemptions: 0 },
};

/** Median and worst number of the failing schedule. */
function found({ name, scenario, expected }: Entry): string {
  const numbers: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { verdict, schedules } = explore(scenario, { seed, schedules: SCHEDULES, shrink: false });
    if (verdict !== expected) return `${name}: seed ${seed} gives ${verdict}, not ${expected}`;
    numbers.push(schedules);
  }
  numbers.sort((a, b) => a - b);
  return `${name}: ${expected}, median ${numbers[SEEDS >> 1]}, worst ${numbers[SEEDS - 1]}`;
}

/**
 * Whether the portfolio finds nothing, and the largest bound on preemptions for which every schedule was run.
 */
function held({ name, scenario }: Entry, { sampled, proof, preemptions: most }: Effort): string {
  const { verdict, message } = explore(scenario, { schedules: sampled, shrink: false });
  if (verdict !== 'none' && verdict !== 'proved') return `${name}: ${verdict}: ${message}`;
  let proved = 'nothing';
  for (let preemptions = 0; preemptions <= most + 1; preemptions++) {
    const isAll = preemptions > most;
    const bound = isAll ? {} : { preemptions };
    const result = explore(scenario, { strategy: 'dfs', schedules: proof, ...bound });
    if (result.verdict !== 'proved') break;
    const extent = isAll ? 'all schedules' : `at most ${preemptions} preemptions`;
    proved = `${extent} (${result.schedules} schedules)`;
  }
  return `${name}: ${sampled} schedules hold, proved for ${proved}`;
}

const wanted = process.argv.slice(2);

for (const entry of catalogue) {
  const effort = EFFORTS[entry.group];
  const isWanted = wanted.length === 0 || wanted.includes(entry.group) || wanted.includes(entry.name);
  if (!isWanted) continue;
  if (entry.variant === 'buggy') process.stdout.write(`${found(entry)}\n`);
  else if (effort !== undefined) process.stdout.write(`${held(entry, effort)}\n`);
}
