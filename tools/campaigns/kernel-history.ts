/**
 * Measures the bugs of the kernel's history: `npm run campaign:history`, some minutes. Takes no part in
 * `npm test`. For each the schedule that fails on 20 seeds, and up to how many preemptions today's code can
 * be proved.
 */
import { explore } from '@smplab/explore';
import { catalogue } from '@smplab/scenarios';

const SEEDS = 20;
const SCHEDULES = 10_000;
const PROOF_SCHEDULES = 80_000;
const PREEMPTIONS_MAX = 4;

type Entry = (typeof catalogue)[number];

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

/** The largest bound on preemptions for which every schedule was run. */
function held({ name, scenario }: Entry): string {
  let proved = 'nothing';
  for (let preemptions = 0; preemptions <= PREEMPTIONS_MAX + 1; preemptions++) {
    const isAll = preemptions > PREEMPTIONS_MAX;
    const bound = isAll ? {} : { preemptions };
    const result = explore(scenario, { strategy: 'dfs', schedules: PROOF_SCHEDULES, ...bound });
    if (result.verdict !== 'proved') break;
    const extent = isAll ? 'all schedules' : `at most ${preemptions} preemptions`;
    proved = `${extent} (${result.schedules} schedules)`;
  }
  return `${name}: proved for ${proved}`;
}

for (const entry of catalogue) {
  if (entry.group !== 'lwkt') continue;
  process.stdout.write(`${entry.variant === 'buggy' ? found(entry) : held(entry)}\n`);
}
