/**
 * Runs the storm of procfs's live test for minutes: `npm run campaign:procfs`, three minutes on 2 CPUs, or
 * `npm run campaign:procfs -- --seconds 600 --cpus 4`. Takes no part in `npm test`. Fails when the machine
 * does not halt by itself with all invariants at rest; shows which kernel memory is in use that was not at
 * boot, which it does not judge yet.
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

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, cpus: { type: 'string', default: '2' } },
});
const [seconds, cpus] = [Number(values.seconds), Number(values.cpus)];
if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`--seconds ${values.seconds}: a whole number`);

const storm = new URL('../../packages/procfs/test/fixtures/procfs-storm.mjs', import.meta.url);
storm.searchParams.set('seconds', String(seconds));

const started = performance.now();
const after = (): string => `${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s`;
let atBoot = new Map<string, number>();
const machine = createMachine({
  cpus,
  images: [{ module: storm.href }],
  name: 'procfs-storm',
  dumpFolder: '.',
  timeLimitSeconds: seconds + 60,
  onLog: (cpuid, text) => console.log(`${after()}  cpu${cpuid}: ${text}`),
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

const report = await machine.run();
const problems: string[] = [];
if (report.outcome !== 'halted') problems.push(`${report.outcome}: ${report.message}`, ...report.notes);
for (const [name, blocks] of inUse(machine.memory)) {
  const before = atBoot.get(name) ?? 0;
  if (blocks !== before) console.log(`         ${name}: ${blocks} blocks in use, ${before} at boot`);
}
for (const field of COUNTERS) console.log(`         ${field}: ${counted(machine.memory, field)}`);
for (const problem of problems) console.log(`✗ ${problem}`);
if (problems.length === 0) console.log(`✓ halted with all invariants at rest, after ${after().trim()}`);
process.exitCode = problems.length === 0 ? 0 : 1;
