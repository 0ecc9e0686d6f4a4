/**
 * Owns `smplab demo`, which `npm start` runs: finds published bugs, shows each as a person will see it, and
 * covers one mended program completely; then the kernel runs live. Status 0 when all of that came out as it
 * should.
 */
import { type ExploreOptions, type ExploreResult, Farm, isFinding } from '@smplab/explore';
import { createMachine, stressImage } from '@smplab/machine';
import { findScenario } from '@smplab/scenarios';
import { Interrupt } from '../interrupt.ts';
import { STATUS } from '../refusal.ts';
import { ownInvocation, programName } from '../shell-command.ts';
import { catalogueTarget } from '../target-list.ts';
import { print, wantsColour } from '../terminal.ts';
import { runMachine } from './boot.ts';
import { machineText } from './boot-summary.ts';
import { rendered, search } from './explore.ts';

export interface DemoFlags {
  readonly workers?: number;
}

/** Bugs of the catalogue, from one anybody has seen to those that took kernels years; the last on our own. */
const BUGS = [
  'deadlock01',
  'bluetooth_driver',
  'reorder_5',
  'WorkStealQueue',
  'CVE-2017-15265',
  'wakeup-interlock',
];
/** A mended one, small enough to cover. */
const PROVED = 'bluetooth_driver-fixed';
/** The demo as a whole stays under half a minute. */
const SECONDS_EACH = 5;
const LIVE_CPUS = 2;
const LIVE_TICKS = 200;

/** Runs the command; gives its exit status. */
export async function demo(flags: DemoFlags): Promise<number> {
  const interrupt = new Interrupt();
  const colour = wantsColour(process.stdout, process.env);
  const farm = new Farm(flags);
  const missed: string[] = [];
  const started = performance.now();
  try {
    for (const name of [...BUGS, PROVED]) {
      if (interrupt.isRaised) break;
      const shows = findScenario(name)?.shows ?? '';
      const heading = colour ? `\u001b[1m${name}\u001b[22m` : name;
      await print(`── ${heading} ── ${shows}\n`);
      const result = await search(farm, catalogueTarget(name), optionsFor(name), interrupt);
      await print(`${rendered(result)}\n`);
      if (!isAsExpected(name, result)) missed.push(name);
    }
    if (!interrupt.isRaised && !(await showLive(interrupt, colour))) missed.push('the live machine');
  } finally {
    interrupt.dispose();
  }
  if (missed.length > 0) {
    process.stderr.write(`smplab: the demo did not show what it should: ${missed.join(', ')}\n`);
    return STATUS.broken;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const program = programName(ownInvocation());
  await print(
    `That took ${seconds} s. ` +
      `Next: "${program} list" shows the catalogue, "${program} explore FILE" takes yours.`,
  );
  return STATUS.clean;
}

/** The kernel live, a worker thread for each CPU; true if it ended as it should. */
async function showLive(interrupt: Interrupt, colour: boolean): Promise<boolean> {
  const heading = colour ? '\u001b[1mlive\u001b[22m' : 'live';
  await print(
    `── ${heading} ── the same kernel on worker threads: tokens, wakeups, messages, timeouts, kmalloc\n`,
  );
  const lines: string[] = [];
  const machine = createMachine({
    cpus: LIVE_CPUS,
    images: [stressImage()],
    args: [LIVE_TICKS],
    timeLimitSeconds: 30,
    onLog: (_cpu, text) => lines.push(text),
  });
  const report = await runMachine(machine, interrupt);
  await print(`${[machineText('stress', report, null), ...lines].join('\n')}\n`);
  return report.outcome === 'halted' || interrupt.isRaised;
}

function optionsFor(name: string): ExploreOptions {
  const limit = { timeLimitSeconds: SECONDS_EACH };
  return name === PROVED ? { ...limit, strategy: 'dfs', schedules: 1_000_000 } : limit;
}

function isAsExpected(name: string, result: ExploreResult): boolean {
  if (name === PROVED) return result.verdict === 'proved';
  return isFinding(result.verdict) && result.verdict === findScenario(name)?.expected;
}
