/**
 * Owns the scenario made of user programs (contracts.md, section 3): images by path, of which the first runs
 * as the first process. One scenario can be explored, and run live or in lockstep.
 */
import type { FixSwitch, Registry } from '@smplab/lwkt';
import { FIX_SWITCHES } from '@smplab/lwkt';
import {
  apiOf,
  checkScenario,
  type KernelBody,
  MachineScenario,
  type MachineScenarioOptions,
  MAIN,
} from '@smplab/machine';
import { PROC_FIX_SWITCHES } from './history.ts';
import type { BootOptions } from './boot.ts';
import { ProcSubsystem } from './proc-subsystem.ts';
import type { Subscribers } from './hook/hook-table.ts';
import { registerProcFunctions } from './registered.ts';
import { checkPrograms } from './program-check.ts';
import { ImageTable, type Programs } from './user/image.ts';
import { lwp_start } from './user/lwp-start.ts';
import type { MakeUser } from './user/user.ts';
import { callName } from './user/user-base.ts';

/** What a process scenario is made of. */
export interface ProcessScenarioOptions extends MachineScenarioOptions {
  /** Further system calls, as kernel code: `u.syscall('name', ...words)` runs them, on any CPU. */
  readonly systemCalls?: Readonly<Record<string, KernelBody>>;
  /** Arguments of the first program, without its name. */
  readonly argv?: readonly string[];
  /** Its environment, as `NAME=value`. */
  readonly env?: readonly string[];
  /** User and group it runs as; default 0, root. */
  readonly uid?: number;
  readonly gid?: number;
  /** Permission bits of programs by path, such as 0o4755 for a set-id one; default 0o755, all of root. */
  readonly modes?: Readonly<Record<string, number>>;
  /** The seed's way for `kern.proc` to walk kernel threads: moving from CPU to CPU (explore only). */
  readonly psMigrates?: boolean;
  /** When the first program ends, whatever is left is killed, and the machine halts; default false. */
  readonly haltsWithFirst?: boolean;
  /** Who is told of forks, execs and exits from the start, by stream and name. */
  readonly hooks?: Subscribers;
  /** Second of 1970 at which the machine is booted, for dates of files and processes; default 0. */
  readonly boottime?: number;
}

/** The machine's clock has 31 bits of seconds. */
const LATEST = 2 ** 31 - 1;

const RULES = {
  what: 'processScenario',
  main: MAIN,
  options: [
    ...['argv', 'env', 'uid', 'gid', 'psMigrates', 'haltsWithFirst', 'modes', 'hooks', 'systemCalls'],
    'boottime',
  ],
  flags: ['psMigrates', 'haltsWithFirst'],
  fixes: [...FIX_SWITCHES, ...PROC_FIX_SWITCHES],
} as const;

export class ProcessScenario extends MachineScenario {
  protected override readonly what: string = RULES.what;
  readonly programs: Programs;
  readonly #options: ProcessScenarioOptions;

  constructor(name: string, options: ProcessScenarioOptions, programs: Programs) {
    super(name, options, lwp_start as never);
    this.programs = programs;
    this.#options = options;
  }

  protected override get fixes(): readonly FixSwitch[] {
    return RULES.fixes;
  }

  /** What programs get as `u`, if it is not a User. */
  protected get makeUser(): MakeUser | undefined {
    return undefined;
  }

  protected override copyWith(given: MachineScenarioOptions): ProcessScenario {
    return new ProcessScenario(this.name, given, this.programs);
  }

  override register(registry: Registry): void {
    registry.register(MAIN, lwp_start);
    registerProcFunctions(registry);
    const { threads = {}, systemCalls = {} } = this.#options;
    for (const [name, body] of Object.entries(threads)) registry.register(name, body, apiOf);
    for (const [name, body] of Object.entries(systemCalls)) registry.register(callName(name), body, apiOf);
    const {
      argv = [],
      env = [],
      uid = 0,
      gid = 0,
      psMigrates = false,
      haltsWithFirst = false,
      modes = {},
      hooks = {},
      boottime = 0,
    } = this.#options;
    const options: BootOptions = { argv, env, uid, gid, psMigrates, haltsWithFirst, modes, hooks, boottime };
    registry.addSubsystem(new ProcSubsystem(new ImageTable(this.programs), options, this.makeUser));
  }
}

/** Refuses programs and options that are wrong, with the reason; `fixes`: switches of a package above. */
export function checkProcessScenario(
  name: string,
  options: ProcessScenarioOptions,
  programs: Programs,
  fixes: readonly FixSwitch[] = [],
): void {
  checkScenario(name, options, lwp_start, { ...RULES, fixes: [...RULES.fixes, ...fixes] });
  const { boottime = 0 } = options;
  if (!Number.isInteger(boottime) || boottime < 0 || boottime > LATEST) {
    throw new RangeError(`processScenario "${name}": boottime is a second of 1970 up to ${LATEST}`);
  }
  checkPrograms(`processScenario "${name}"`, programs);
}

/**
 * Makes a scenario of user programs; a scenario file exports it as default, or several as an array.
 *
 *     export default processScenario('one child', { cpus: 2 }, {
 *       '/bin/parent': {
 *         *main(u) {
 *           const pid = yield* u.fork('child', 7);
 *           const { status } = yield* u.wait4(pid);
 *           u.assert(status >> 8 === 7, 'the child exits with its argument');
 *         },
 *         *child(u, code) { yield* u.exit(code); },
 *       },
 *     });
 */
export function processScenario(
  name: string,
  options: ProcessScenarioOptions,
  programs: Programs,
): ProcessScenario {
  checkProcessScenario(name, options, programs);
  const scenario = new ProcessScenario(name, options, programs);
  if (options.limits !== undefined) scenario.boot();
  return scenario;
}
