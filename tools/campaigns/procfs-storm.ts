/**
 * Runs the storm of procfs's live test for minutes: `npm run campaign:procfs`, three minutes on 2 CPUs, or
 * `npm run campaign:procfs -- --seconds 600 --cpus 4`. Takes no part in `npm test`. Fails when the machine
 * does not halt by itself with all invariants at rest; when kernel memory is in use after a spell of the
 * storm that was not after the first, all being unmounted and unloaded (the storm itself judges that); when
 * one of the workers did nothing; and when one had less than a hundredth of the rounds of another.
 */
import { parseArgs } from 'node:util';
import { Kmalloc, type Memory, Symbols } from '@smplab/kmem';
import { createMachine, LiveMachine } from '@smplab/machine';
import { PG } from '../../packages/procfs/src/procfs-layout.ts';

const COUNTERS = [
  'pg_recycled',
  'pg_revoked',
  'pg_suspended',
  'pg_missed',
  'pg_unmounted',
  'pg_dead',
] as const;

const WORKERS = 6;
/** Rounds of one worker for a round of another. */
const MOST_UNEVEN = 100;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, cpus: { type: 'string', default: '2' } },
});
const [seconds, cpus] = [Number(values.seconds), Number(values.cpus)];
if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`--seconds ${values.seconds}: a whole number`);

const storm = new URL('../../packages/procfs/test/fixtures/procfs-storm.mjs', import.meta.url);
storm.searchParams.set('seconds', String(seconds));
storm.searchParams.set('spells', '6');

const started = performance.now();
const after = (): string => `${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s`;
let atBoot = new Map<string, number>();
let last = '';
const machine = createMachine({
  cpus,
  images: [{ module: storm.href }],
  name: 'procfs-storm',
  dumpFolder: '.',
  timeLimitSeconds: seconds + 90,
  onLog: (cpuid, text) => {
    last = text;
    console.log(`${after()}  cpu${cpuid}: ${text}`);
  },
  onBooted: () => {
    if (machine instanceof LiveMachine) atBoot = inUse(machine.memory);
  },
});
if (!(machine instanceof LiveMachine)) throw new Error('not a live machine');

/** Blocks in use, by type. */
function inUse(memory: Memory): Map<string, number> {
  const statistics = Kmalloc.attach(memory).statistics();
  return new Map(statistics.map(({ name, inUse: blocks }) => [name, blocks]));
}

/** What procfs has counted. */
function counted(memory: Memory, field: (typeof COUNTERS)[number]): number {
  return memory.words[new Symbols(memory).find('procfs_globals').pointer + PG[field]];
}

/** What is wrong with the shares of the workers, by the last line of the storm. */
function unfair(text: string): string[] {
  if (!text.startsWith('in all: ')) return [`the last line is no sum: ${text}`];
  const sums = [...text.matchAll(/(\d+) ([\w-]+)/g)].map(([, count, name]) => ({
    name,
    count: Number(count),
  }));
  const idle = sums.filter(({ count }) => count === 0).map(({ name }) => `no ${name} at all`);
  const rounds = sums.filter(({ name }) => name.endsWith('-rounds')).map(({ count }) => count);
  if (rounds.length !== WORKERS) idle.push(`${rounds.length} workers told of their rounds, not ${WORKERS}`);
  if (Math.max(...rounds) <= MOST_UNEVEN * Math.min(...rounds)) return idle;
  return [...idle, `uneven shares: ${Math.min(...rounds)} rounds and ${Math.max(...rounds)}`];
}

const report = await machine.run();
const problems: string[] = [];
if (report.outcome !== 'halted') problems.push(`${report.outcome}: ${report.message}`, ...report.notes);
else problems.push(...unfair(last));
for (const [name, blocks] of inUse(machine.memory)) {
  const before = atBoot.get(name) ?? 0;
  if (blocks !== before) console.log(`         ${name}: ${blocks} blocks in use, ${before} at boot`);
}
for (const field of COUNTERS) console.log(`         ${field}: ${counted(machine.memory, field)}`);
for (const problem of problems) console.log(`✗ ${problem}`);
if (problems.length === 0) console.log(`✓ halted with all invariants at rest, after ${after().trim()}`);
process.exitCode = problems.length === 0 ? 0 : 1;
