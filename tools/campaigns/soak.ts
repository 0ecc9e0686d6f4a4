/**
 * Lets processes live and die on a live machine: `npm run soak`, 10 million lives on 2 CPUs, or
 * `npm run soak -- --lives 100000 --cpus 2`. Takes no part in `npm test`. Fails when the storm found an
 * error, when the kernel has more memory in use after it than before, or when the invariants do not hold once
 * the last process has ended: every count of processes, groups, sessions and holds is then what the kernel
 * itself holds.
 */
import { parseArgs } from 'node:util';
import { Kmalloc, type Memory } from '@smplab/kmem';
import { createMachine, LiveMachine } from '@smplab/machine';
import { firstExitStatus, HostTerminal, systemImage, TTY_VECTOR } from '@smplab/proc';

const PROGRESS_SECONDS = 10;
const { values } = parseArgs({
  options: { lives: { type: 'string', default: '10000000' }, cpus: { type: 'string', default: '2' } },
});
const lives = Number(values.lives);
if (!Number.isInteger(lives) || lives < 1)
  throw new Error(`--lives ${values.lives}: a whole number is needed`);

let terminal: HostTerminal | null = null;
let atBoot = new Map<string, number>();
const machine = createMachine({
  cpus: Number(values.cpus),
  images: [systemImage({ command: `storm -n ${lives} -p ${PROGRESS_SECONDS}` })],
  name: 'soak',
  devices: true,
  dumpFolder: '.',
  onLog: (cpuid, text) => console.log(`cpu${cpuid}: ${text}`),
  onBooted: () => {
    if (!(machine instanceof LiveMachine)) return;
    const live = machine;
    atBoot = inUse(live.memory);
    terminal = new HostTerminal(live.memory, 'console', () => live.interrupt(0, TTY_VECTOR), {
      isPipe: true,
    });
  },
});
if (!(machine instanceof LiveMachine)) throw new Error('not a live machine');

/** Blocks in use, by type. */
function inUse(memory: Memory): Map<string, number> {
  return new Map(
    Kmalloc.attach(memory)
      .statistics()
      .map(({ name, inUse: blocks }) => [name, blocks]),
  );
}

let text = '';
const decoder = new TextDecoder();
function show(): void {
  const shown = decoder.decode(terminal?.take() ?? new Uint8Array(0), { stream: true });
  text += shown;
  process.stdout.write(shown);
}

const started = performance.now();
const timer = setInterval(show, 20);
const report = await machine.run();
clearInterval(timer);
show();

const problems: string[] = [];
if (report.outcome !== 'halted') problems.push(`${report.outcome}: ${report.message}`, ...report.notes);
else if (firstExitStatus(machine.memory) !== 0) problems.push('the storm ended with an error');
if (!/^kernel memory +as before$/m.test(text)) problems.push('kernel memory is not as before the storm');
// The first program has been there at boot and is gone; a thread of each CPU for timeouts has come.
for (const [name, blocks] of inUse(machine.memory)) {
  const most = (atBoot.get(name) ?? 0) + (name === 'thread' ? Number(values.cpus) : 0);
  if (blocks > most) problems.push(`${name}: ${blocks} blocks in use, ${most} at boot`);
}
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
for (const problem of problems) console.log(`✗ ${problem}`);
if (problems.length === 0) {
  console.log(`✓ every count is back to zero, and all invariants hold, after ${minutes} minutes`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
