/**
 * Owns small machines for tests of hooks: the process table is as empty as it can be, threads publish forks,
 * execs and exits of processes that are a few words, and `main` runs on cpu0.
 */
import assert from 'node:assert/strict';
import { explore, type ExploreResult, type LocalOptions } from '@smplab/explore';
import { Symbols } from '@smplab/kmem';
import {
  type Context,
  ExploredMachine,
  functionNumber,
  type Kernel,
  lwkt_create,
  lwkt_join,
  Registry,
  type Steps,
  type Subsystem,
} from '@smplab/lwkt';
import { PROC_FIX_SWITCHES } from '../../src/history.ts';
import { bootHooks, bootSubscriptions } from '../../src/hook/hook-boot.ts';
import { HookTable, type Subscribers } from '../../src/hook/hook-table.ts';
import { ProcKernel, procs } from '../../src/proc-kernel.ts';
import { P, Proc } from '../../src/table/proc.ts';
import { G, ProcGlobals } from '../../src/table/procglob.ts';
import { ImageTable } from '../../src/user/image.ts';

export type Body = (k: Context, ...args: number[]) => Steps<unknown>;

export interface HookProgramOptions {
  readonly cpus?: number;
  /** Functions that run on any CPU, by name. */
  readonly threads?: Readonly<Record<string, Body>>;
  readonly subscribers?: Subscribers;
  /** Registered and subscribed from the boot on. */
  readonly subscribed?: Subscribers;
  readonly asSeed?: readonly string[];
  readonly checkLeaks?: boolean;
}

/** Words of the process that tests publish events of. */
const PID = 7;

class HooksOnly implements Subsystem {
  readonly name = 'processes';
  readonly fixes = PROC_FIX_SWITCHES;
  readonly options = {};

  constructor(
    readonly subscribers: Subscribers,
    readonly subscribed: Subscribers,
  ) {}

  boot(kernel: Kernel): void {
    const g = new Symbols(kernel.memory).reserve('proc_globals', ProcGlobals);
    kernel.words[g + G.g_hsize] = 1;
    bootHooks(kernel, g);
    bootSubscriptions(kernel, g, this.subscribed);
    const p = new Symbols(kernel.memory).reserve('test_proc', Proc);
    kernel.words[p + P.p_pid] = PID;
    kernel.words[p + P.p_image] = 77;
    kernel.words[p + P.p_xstat] = 3 << 8;
    kernel.words[g + G.g_proc0] = p;
  }

  attach(kernel: Kernel): void {
    const hooks = new HookTable(this.subscribers);
    hooks.add(this.subscribed);
    kernel.proc = new ProcKernel(kernel, new ImageTable({}), hooks);
  }

  reset(kernel: Kernel): void {
    (kernel.proc as ProcKernel).hooks.reset();
  }

  quiesce(): readonly string[] {
    return [];
  }

  check(): readonly string[] {
    return [];
  }
}

/** The process whose events are published. */
export function someProc(k: Context): number {
  return k.words[procs(k).g + G.g_proc0];
}

/** A machine (of two CPUs unless told otherwise) that runs `main`. */
export function hookProgram(name: string, options: HookProgramOptions, main: Body): ExploredMachine {
  const {
    threads = {},
    cpus = 2,
    subscribers = {},
    subscribed = {},
    asSeed = [],
    checkLeaks = true,
  } = options;
  const registry = new Registry();
  for (const [each, body] of Object.entries(threads)) registry.register(each, body);
  registry.addSubsystem(new HooksOnly(subscribers, subscribed));
  const number = registry.register('main', main);
  return new ExploredMachine(name, { cpus, asSeed, registry, main: number, checkLeaks });
}

/** Explores, and fails unless the verdict is the one expected. */
export function verdictOf(program: ExploredMachine, verdict: string, options: LocalOptions): ExploreResult {
  const result = explore(program, { shrink: false, ...options });
  const { finding } = result;
  const said = [`${program.name}: ${result.message}`, ...(finding?.details ?? [])].join('\n  ');
  assert.equal(result.verdict, verdict, said);
  return result;
}

/** One schedule in which nothing goes wrong. */
export function passes(options: HookProgramOptions, main: Body): void {
  verdictOf(hookProgram('passes', options, main), 'nothing-concurrent', { strategy: 'random', schedules: 1 });
}

/** One schedule that ends with a message. */
export function fails(verdict: string, message: RegExp, options: HookProgramOptions, main: Body): void {
  const result = verdictOf(hookProgram('fails', options, main), verdict, {
    strategy: 'random',
    schedules: 1,
  });
  assert.match(result.message, message);
}

/** Starts a registered thread on a CPU. */
export function start(k: Context, name: string, cpu: number, ...args: number[]): Steps<number> {
  return lwkt_create(k, functionNumber(name), { cpu, args });
}

export { lwkt_join as join };

/** Ends the run with `assertion` unless the condition holds. */
export function check(k: Context, condition: boolean, message: string): void {
  if (!condition) k.misuse('assertion', message);
}
