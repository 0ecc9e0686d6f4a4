/**
 * Owns `smplab boot` without a file: the system with its shell and programs on a live machine, the console on
 * this terminal or on stdin and stdout. The exit status is that of the shell, or of the command given to it.
 */
import { createMachine, LiveMachine, type MachineReport } from '@smplab/machine';
import { firstExitStatus, PROC_FIX_SWITCHES } from '@smplab/proc';
import { fileSystemImage, PROCFS_FIX_SWITCHES, SnapshotExport } from '@smplab/procfs';
import { VFS_FIX_SWITCHES } from '@smplab/vfs';
import { ConsoleLink, type ConsoleStreams, isScreen } from '../console-link.ts';
import { Interrupt } from '../interrupt.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { ownInvocation, shellCommand } from '../shell-command.ts';
import { print } from '../terminal.ts';
import type { BootFlags } from './boot.ts';
import { machineText } from './boot-summary.ts';

const DEFAULT_CPUS = 2;
/** Ticks between two snapshots of /proc, of 100 a second, and how often the host looks for one. */
const EXPORT_TICKS = 100;
const EXPORT_LOOK_MS = 100;
/** Status of a machine that was ended from outside, by Ctrl-C or ^\, and of one that had no more time. */
const KILLED = 130;
const TIMED_OUT = 124;

/** Runs the shell, or one command line of it; gives the exit status. */
export async function bootSystem(command: string | null, flags: BootFlags): Promise<number> {
  if (flags.driver !== 'live')
    throw new Refusal(`the shell runs live: name a program for --driver ${flags.driver}`);
  if (flags.scenario !== undefined) throw new Refusal('--scenario needs a file that has it');
  const streams = { input: process.stdin, output: process.stdout };
  const interrupt = new Interrupt();
  const link = new ConsoleLink(streams, flags.json === true);
  try {
    const machine = machineFor(command, flags, streams, link);
    const halt = (): void => machine.halt();
    interrupt.signal.addEventListener('abort', halt);
    const stopExport = exportOf(machine, flags);
    try {
      const running = machine.run();
      await link.drain(running);
      link.close();
      return await conclude(machine, await running, link, flags);
    } finally {
      stopExport();
    }
  } finally {
    link.close();
    interrupt.dispose();
  }
}

/** Brings snapshots of the machine to --export from now on; gives what ends that. */
function exportOf(machine: LiveMachine, { export: directory }: BootFlags): () => void {
  if (directory === undefined) return () => undefined;
  const exporting = new SnapshotExport(machine.memory, directory);
  const timer = setInterval(() => exporting.look(), EXPORT_LOOK_MS);
  return () => {
    clearInterval(timer);
  };
}

function machineFor(
  command: string | null,
  flags: BootFlags,
  streams: ConsoleStreams,
  link: ConsoleLink,
): LiveMachine {
  const { cpus = DEFAULT_CPUS, seed, strategy, asSeed, out = '.', timeLimit } = flags;
  const hasScreen = isScreen(streams);
  const argv = command !== null ? ['-c', command] : hasScreen ? [] : ['-s'];
  const env = hasScreen ? [`TERM=${process.env['TERM'] ?? 'dumb'}`] : [];
  const machine = createMachine({
    cpus,
    driver: 'live',
    images: [
      fileSystemImage({
        argv,
        env,
        boottime: Math.floor(Date.now() / 1000),
        ...(flags.export !== undefined && { exportTicks: EXPORT_TICKS }),
      }),
    ],
    name: 'system',
    seed,
    devices: true,
    fixes: [...PROC_FIX_SWITCHES, ...VFS_FIX_SWITCHES, ...PROCFS_FIX_SWITCHES],
    dumpFolder: out,
    ...(strategy !== undefined && { strategy }),
    ...(asSeed !== undefined && { asSeed: asSeed.split(',').map((id) => id.trim()) }),
    ...(timeLimit !== undefined && { timeLimitSeconds: timeLimit }),
    onLog: (cpuid, text) => process.stderr.write(`cpu${cpuid}: ${text}${hasScreen ? '\r\n' : '\n'}`),
    onBooted: () => {
      if (hasScreen && command === null && flags.json !== true) welcome(cpus);
      link.open(live);
    },
  });
  if (!(machine instanceof LiveMachine)) throw new Error('the live driver made another machine');
  const live = machine;
  return live;
}

function welcome(cpus: number): void {
  const counted = `${cpus} CPU${cpus === 1 ? '' : 's'}`;
  process.stderr.write(`smplab: ${counted}; "help" helps, exit or ^D leaves, ^\\ ends the machine\n`);
}

/** Says on stderr what went wrong, and with --verbose what each CPU did. */
async function conclude(
  machine: LiveMachine,
  report: MachineReport,
  link: ConsoleLink,
  flags: BootFlags,
): Promise<number> {
  const { outcome, message, dump } = report;
  if (outcome === 'refused' || outcome === 'boot-failed') throw new Refusal(message);
  const inspectCommand = dump === null ? null : shellCommand(ownInvocation(), ['inspect', dump]);
  const status = statusOf(machine, report);
  if (flags.json === true) {
    const value = { scenario: 'system', status, console: link.kept, ...report, inspect: inspectCommand };
    await print(JSON.stringify(value, null, 2));
  } else if (outcome === 'failed' || flags.verbose === true)
    process.stderr.write(`${machineText('system', report, inspectCommand)}\n`);
  else if (outcome !== 'halted')
    process.stderr.write(`smplab: ${link.isEscaped ? 'the machine was ended by ^\\' : message}\n`);
  return status;
}

function statusOf(machine: LiveMachine, { outcome }: MachineReport): number {
  if (outcome === 'failed') return STATUS.finding;
  if (outcome === 'time-limit') return TIMED_OUT;
  return outcome === 'halted' ? (firstExitStatus(machine.memory) ?? STATUS.clean) : KILLED;
}
