/**
 * Owns `smplab demo`, which `npm start` runs: finds published bugs, shows each as a person will see it, and
 * covers one mended program completely; finds a bug of DragonFly's process table, and not in its mended form;
 * then kernel and processes run live. Status 0 when all of that came out as it should.
 */
import { type ExploreOptions, type ExploreResult, Farm, isFinding } from '@smplab/explore';
import { createMachine, LiveMachine, stressImage } from '@smplab/machine';
import { fileSystemImage } from '@smplab/procfs';
import { findScenario } from '@smplab/scenarios';
import { ConsoleLink } from '../console-link.ts';
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
/** The ordinary pattern of a shell, whole processes: as it was, and mended. */
const PROCESSES = 'enterpgrp-revalidate';
const MENDED = `${PROCESSES}-fixed`;
const MENDED_SCHEDULES = 300;
/** The demo as a whole takes some ten seconds. */
const SECONDS_EACH = 5;
/** Runs of whole processes are longer, and this machine may be busy. */
const SECONDS_PROCESSES = 60;
const LIVE_CPUS = 2;
const LIVE_TICKS = 100;
const LIVE_SECONDS = 30;
const LIVE_COMMAND = 'pstree; ps -l; storm -s 1';

/** Runs the command; gives its exit status. */
export async function demo(flags: DemoFlags): Promise<number> {
  const interrupt = new Interrupt();
  const colour = wantsColour(process.stdout, process.env);
  const farm = new Farm(flags);
  const missed: string[] = [];
  const started = performance.now();
  try {
    for (const name of [...BUGS, PROVED, PROCESSES, MENDED]) {
      if (interrupt.isRaised) break;
      const shows = findScenario(name)?.shows ?? '';
      const heading = colour ? `\u001b[1m${name}\u001b[22m` : name;
      await print(`── ${heading} ── ${shows}\n`);
      const result = await search(farm, catalogueTarget(name), optionsFor(name), interrupt);
      await print(`${rendered(result)}\n`);
      if (!isAsExpected(name, result)) missed.push(name);
    }
    if (!interrupt.isRaised && !(await showLive(interrupt, colour))) missed.push('the live machine');
    if (!interrupt.isRaised && !(await showSystem(interrupt, colour))) missed.push('the live processes');
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

/** Processes live, as from a shell; true if all went well. */
async function showSystem(interrupt: Interrupt, colour: boolean): Promise<boolean> {
  const heading = colour ? '\u001b[1mprocesses\u001b[22m' : 'processes';
  await print(`── ${heading} ── programs of the machine, live: smplab boot -c "${LIVE_COMMAND}"\n`);
  const link = new ConsoleLink({ input: process.stdin, output: process.stdout });
  const machine = createMachine({
    cpus: LIVE_CPUS,
    images: [fileSystemImage({ command: LIVE_COMMAND })],
    timeLimitSeconds: LIVE_SECONDS,
    onBooted: () => machine instanceof LiveMachine && link.watch(machine),
  });
  const running = runMachine(machine, interrupt);
  await link.drain(running);
  const { outcome, message } = await running;
  await print(outcome === 'halted' ? '' : `${outcome}: ${message}\n`);
  return outcome === 'halted' || interrupt.isRaised;
}

function optionsFor(name: string): ExploreOptions {
  if (name === PROCESSES) return { timeLimitSeconds: SECONDS_PROCESSES };
  if (name === MENDED) return { timeLimitSeconds: SECONDS_PROCESSES, schedules: MENDED_SCHEDULES };
  const limit = { timeLimitSeconds: SECONDS_EACH };
  return name === PROVED ? { ...limit, strategy: 'dfs', schedules: 1_000_000 } : limit;
}

function isAsExpected(name: string, result: ExploreResult): boolean {
  if (name === PROVED) return result.verdict === 'proved';
  if (name === MENDED) return result.verdict === 'none';
  return isFinding(result.verdict) && result.verdict === findScenario(name)?.expected;
}
