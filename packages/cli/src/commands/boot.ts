/**
 * Owns `smplab boot`: boots a machine, live on worker threads unless told otherwise, and runs the shell on it
 * (boot-system.ts), or a scenario or the built-in stress, and then prints what each CPU did. Lines that
 * scenarios log go to stderr, the summary to stdout.
 */
import { writeFileSync } from 'node:fs';
import {
  createMachine,
  type CreateMachineOptions,
  describeImages,
  type Driver,
  type DriverName,
  type ImageSource,
  LiveMachine,
  type MachineReport,
  stressImage,
} from '@smplab/machine';
import { PROC_FIX_SWITCHES } from '@smplab/proc';
import { writeTraceFile } from '@smplab/trace';
import { ConsoleLink } from '../console-link.ts';
import { Interrupt } from '../interrupt.ts';
import { MachineTrace } from '../machine-trace.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { ownInvocation, quoted, shellCommand } from '../shell-command.ts';
import { catalogued, catalogueTarget, fileTarget, looksLikeFile, scenarioFile } from '../target-list.ts';
import { print } from '../terminal.ts';
import { exportCommand, traceFile } from '../trace-file.ts';
import { machineText } from './boot-summary.ts';
import { bootSystem } from './boot-system.ts';

/** What commander makes of the options. */
export interface BootFlags {
  readonly cpus?: number;
  readonly driver: DriverName;
  readonly scenario?: string;
  readonly seed: number;
  readonly strategy?: string;
  readonly timeLimit?: number;
  readonly asSeed?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  /** Where the host finds snapshots of /proc. */
  readonly export?: string;
  /** A file for what happened. */
  readonly trace?: string;
  /** A command line for the shell. */
  readonly c?: string;
}

const DEFAULT_CPUS = 2;
const STRESS_SECONDS = 3;
const LOAD_LIMIT_SECONDS = 20;
/** Ticks a second by default, and time beyond its own in which the stress must have ended. */
const HZ = 100;
const STRESS_GRACE_SECONDS = 20;

/** A program, and what it needs of its machine. */
interface Program {
  readonly image: ImageSource;
  readonly name: string;
  readonly options: Pick<CreateMachineOptions, 'cpus' | 'args' | 'timeLimitSeconds' | 'limits' | 'asSeed'>;
}

/** The name of the built-in stress. */
const STRESS = 'stress';

/** Runs the command, with the words after `--`; gives its exit status. */
export async function boot(
  name: string | undefined,
  words: readonly string[] | null,
  flags: BootFlags,
): Promise<number> {
  const given = [
    name !== undefined && `"${name}"`,
    words !== null && 'words after --',
    flags.c !== undefined && '-c',
  ];
  const programs = given.filter((each) => each !== false);
  if (name === undefined && flags.trace !== undefined)
    throw new Refusal('--trace is for a scenario or the stress: name one');
  if (programs.length > 1) throw new Refusal(`${programs.join(' and ')}: a machine runs one program`);
  if (words?.length === 0) throw new Refusal('a program is needed after --, as in "smplab boot -- storm"');
  if (flags.c?.trim() === '') throw new Refusal('-c needs a command line, as in -c "ps -ax"');
  if (name === undefined) return await bootSystem(flags.c ?? words?.map(quoted).join(' ') ?? null, flags);
  return await bootProgram(name, flags);
}

async function bootProgram(name: string, flags: BootFlags): Promise<number> {
  if (flags.export !== undefined) throw new Refusal('--export is for the shell and its programs');
  const program = name === STRESS ? builtIn(flags) : await programOf(name, flags);
  const interrupt = new Interrupt();
  const link = new ConsoleLink({ input: process.stdin, output: process.stdout }, flags.json === true);
  try {
    const recorded = flags.trace === undefined ? null : traceOf(program, flags, flags.trace);
    const running = runMachine(machineOf(program, flags, link, recorded), interrupt);
    if (flags.driver === 'live') await link.drain(running);
    const report = await running;
    if (recorded !== null && flags.trace !== undefined) saveTrace(flags.trace, recorded);
    return await conclude(program.name, report, flags.json === true ? link.kept : null);
  } finally {
    interrupt.dispose();
  }
}

function traceOf({ name, options }: Program, { driver }: BootFlags, file: string): MachineTrace {
  if (driver !== 'live' && driver !== 'simulate')
    throw new Refusal(
      `--trace is for live and simulated machines: "smplab export" shows what was found by explore`,
    );
  traceFile(file);
  return new MachineTrace(name, options.cpus, 1e9 / (options.limits?.hz ?? HZ));
}

function saveTrace(file: string, recorded: MachineTrace): void {
  const trace = recorded.trace();
  writeFileSync(file, writeTraceFile(trace));
  const command = exportCommand(file, '--format', 'text');
  process.stderr.write(`wrote ${file}, ${trace.events.length} events; to see it: ${command}\n`);
}

function machineOf(
  { image, name, options }: Program,
  flags: BootFlags,
  link: ConsoleLink,
  recorded: MachineTrace | null,
): Driver {
  const { driver, seed, strategy, asSeed, out = '.' } = flags;
  const machine = createMachine({
    ...options,
    driver,
    images: [image],
    fixes: PROC_FIX_SWITCHES,
    name,
    seed,
    ...(strategy !== undefined && { strategy }),
    ...(asSeed !== undefined && { asSeed: asSeed.split(',').map((id) => id.trim()) }),
    ...(driver !== 'lockstep' && { dumpFolder: out, onLog: logLine }),
    ...(recorded !== null &&
      driver === 'simulate' && { onEvent: (timeNs, event) => recorded.add(timeNs, event) }),
    ...(driver === 'live' && { onBooted: () => machine instanceof LiveMachine && link.watch(machine) }),
  });
  if (driver === 'live' && recorded !== null)
    machine.events?.events$.subscribe((event) => recorded.keep(event));
  return machine;
}

/** Runs a machine until it ends or Ctrl-C is pressed. */
export async function runMachine(machine: Driver, interrupt: Interrupt): Promise<MachineReport> {
  const halt = (): void => machine.halt();
  if (interrupt.isRaised) halt();
  interrupt.signal.addEventListener('abort', halt);
  try {
    return await machine.run();
  } finally {
    interrupt.signal.removeEventListener('abort', halt);
  }
}

function logLine(cpuid: number, text: string): void {
  process.stderr.write(`cpu${cpuid}: ${text}\n`);
}

function builtIn({ driver, cpus = DEFAULT_CPUS, timeLimit = STRESS_SECONDS, scenario }: BootFlags): Program {
  if (driver !== 'live')
    throw new Refusal(`the built-in stress runs live: name a program for --driver ${driver}`);
  if (scenario !== undefined) throw new Refusal('--scenario needs a file that has it');
  const args = [Math.max(1, Math.round(timeLimit * HZ))];
  return {
    image: stressImage(),
    name: STRESS,
    options: { cpus, args, timeLimitSeconds: timeLimit + STRESS_GRACE_SECONDS },
  };
}

async function programOf(name: string, flags: BootFlags): Promise<Program> {
  const target = looksLikeFile(name)
    ? fileTarget(scenarioFile(name), flags.scenario ?? '')
    : catalogueTarget(await catalogued(name));
  const { module, file, loader } = target;
  const wanted = target.name === '' ? {} : { scenario: target.name };
  const described = await describeImages([{ module, file, loader, ...wanted }], LOAD_LIMIT_SECONDS);
  if (described.kind === 'refused') throw new Refusal(described.message);
  const { scenarios } = described;
  if (scenarios.length > 1) {
    const names = scenarios.map((each) => `"${each.name}"`).join(', ');
    throw new Refusal(
      `${file} has ${scenarios.length} machine scenarios: choose one with --scenario: ${names}`,
    );
  }
  const [{ name: scenario, cpus, limits, asSeed }] = scenarios;
  return {
    image: { module, file, loader, scenario },
    name: scenario,
    options: {
      cpus: flags.cpus ?? cpus,
      ...(limits && { limits }),
      ...(asSeed && { asSeed }),
      ...(flags.timeLimit !== undefined && { timeLimitSeconds: flags.timeLimit }),
    },
  };
}

/** Prints the end of a machine, as JSON with what its console has shown; gives the exit status. */
async function conclude(name: string, report: MachineReport, shown: string | null): Promise<number> {
  const { outcome, message, dump } = report;
  if (outcome === 'refused' || outcome === 'boot-failed') throw new Refusal(message);
  const inspectCommand = dump === null ? null : shellCommand(ownInvocation(), ['inspect', dump]);
  if (shown !== null) {
    const console = shown === '' ? {} : { console: shown };
    await print(JSON.stringify({ scenario: name, ...console, ...report, inspect: inspectCommand }, null, 2));
  } else await print(machineText(name, report, inspectCommand));
  return outcome === 'failed' ? STATUS.finding : STATUS.clean;
}
