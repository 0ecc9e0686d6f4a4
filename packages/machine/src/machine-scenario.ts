/**
 * Owns the scenario on the kernel (contracts.md, section 3): its CPUs, the functions that may run on any of
 * them, and the body, which runs as the thread `main` on cpu0. One scenario can be explored, and run live:
 * under every driver the functions are registered by name from the same module.
 */
import {
  type BootImage,
  type Execution,
  InputError,
  type Program,
  type ScenarioNotes,
  type Strand,
} from '@smplab/explore';
import { KmemError } from '@smplab/kmem';
import {
  asSeedOf,
  ExploredMachine,
  FIX_SWITCHES,
  type FixSwitch,
  type MachineLimits,
  Registry,
} from '@smplab/lwkt';
import { apiOf, type KernelBody } from './kernel-api.ts';
import { checkScenario, MACHINE_RULES } from './scenario-check.ts';

/** What a machine scenario is made of. */
export interface MachineScenarioOptions extends ScenarioNotes {
  /** CPUs of the machine, 1 to 64; default 2. */
  readonly cpus?: number;
  /** Functions that can run as threads or as message handlers, on any CPU, by name. */
  readonly threads?: Readonly<Record<string, KernelBody>>;
  /** Fix switches that are off: historical code runs in their place. */
  readonly asSeed?: readonly string[] | 'all';
  /** Sizes and limits other than the defaults. */
  readonly limits?: Partial<MachineLimits>;
  /**
   * Ends a run with `token-misuse` when a value read before tokens were lost is used; default: told, not
   * failed.
   */
  readonly failOnAtomicityBreak?: boolean;
  /**
   * Blocks that are not freed when all threads have ended are a `leak`; default false: kernel memory outlives
   * threads.
   */
  readonly checkLeaks?: boolean;
  /** Lets the subsystems of the machine check their invariants after every step; default false. */
  readonly checkEachStep?: boolean;
}

/** Name under which the body is registered. */
export const MAIN = MACHINE_RULES.main;

/** Other packages make kinds of their own: by `what`, `fixes`, `copyWith` and `register`. */
export class MachineScenario implements Program {
  readonly notes: ScenarioNotes;
  readonly cpus: number;
  /** Fix switches given by `withSeed`: schedules record them. */
  asSeed?: readonly string[];
  /** The function that makes it: how messages call it. */
  protected readonly what: string = MACHINE_RULES.what;
  #machine: ExploredMachine | null = null;

  constructor(
    readonly name: string,
    readonly given: MachineScenarioOptions,
    readonly body: KernelBody,
  ) {
    const { source, shows, expected } = given;
    this.notes = { ...(source && { source }), ...(shows && { shows }), ...(expected && { expected }) };
    this.cpus = given.cpus ?? 2;
  }

  /** Fix switches that may be off. */
  protected get fixes(): readonly FixSwitch[] {
    return FIX_SWITCHES;
  }

  /** A scenario of this kind that differs in its options only. */
  protected copyWith(given: MachineScenarioOptions): MachineScenario {
    return new MachineScenario(this.name, given, this.body);
  }

  /** Registers the scenario's functions, and its subsystems: in this realm, for any driver. */
  register(registry: Registry): void {
    registry.register(MAIN, this.body, apiOf);
    for (const [name, body] of Object.entries(this.given.threads ?? {})) registry.register(name, body, apiOf);
  }

  /** The same scenario with other fix switches off; throws FixSwitchError for an id that is none. */
  withSeed(asSeed: readonly string[] | 'all'): MachineScenario {
    asSeedOf(asSeed, this.fixes);
    const seeded = this.copyWith({ ...this.given, asSeed });
    seeded.asSeed = asSeed === 'all' ? [asSeed] : asSeed;
    return seeded;
  }

  /** Boots the explored machine; throws InputError when its limits ask for more than there is. */
  boot(): void {
    this.#bootedImage(this.#explored());
  }

  /** The memory each explored run starts from. */
  get image(): BootImage {
    return this.#bootedImage(this.#explored());
  }

  get options(): Readonly<Record<string, unknown>> {
    return this.#explored().options;
  }

  start(execution: Execution): void {
    this.#explored().start(execution);
  }

  finish(execution: Execution): void {
    this.#explored().finish(execution);
  }

  stuck(execution: Execution, stuck: readonly Strand[]): boolean {
    return this.#explored().stuck(execution, stuck);
  }

  holding(execution: Execution, strand: Strand): string[] {
    return this.#explored().holding(execution, strand);
  }

  /**
   * The explored machine of this scenario; made when it is first needed, so that loading a file costs
   * nothing.
   */
  #explored(): ExploredMachine {
    if (this.#machine !== null) return this.#machine;
    const registry = new Registry();
    this.register(registry);
    const { limits, asSeed, failOnAtomicityBreak, checkLeaks, checkEachStep } = this.given;
    this.#machine = new ExploredMachine(this.name, {
      cpus: this.cpus,
      registry,
      main: registry.numberOf(MAIN),
      ...(limits && { limits }),
      ...(asSeed && { asSeed }),
      ...(failOnAtomicityBreak && { failOnAtomicityBreak }),
      ...(checkLeaks && { checkLeaks }),
      ...(checkEachStep && { checkEachStep }),
    });
    return this.#machine;
  }

  /** Whether the machine fits into its memory shows when it boots; that is no fault of a schedule. */
  #bootedImage(machine: ExploredMachine): BootImage {
    try {
      return machine.image;
    } catch (error) {
      if (!(error instanceof KmemError)) throw error;
      throw new InputError(`${this.what} "${this.name}": its limits ask for too much: ${error.message}`);
    }
  }
}

/**
 * Makes a scenario on the kernel; a scenario file exports it as default, or several as an array.
 *
 *     export default machineScenario('two writers', {
 *       cpus: 2,
 *       threads: {
 *         writer: function* (k, tok, counter) {
 *           yield* k.lwkt_gettoken(tok);
 *           k.set(counter, k.get(counter) + 1);
 *           yield* k.lwkt_reltoken(tok);
 *         },
 *       },
 *     }, function* (k) {
 *       const tok = k.lwkt_token_init('count'), counter = yield* k.kmalloc('test', 4);
 *       const a = yield* k.lwkt_create('writer', { cpu: 0, args: [tok, counter] });
 *       const b = yield* k.lwkt_create('writer', { cpu: 1, args: [tok, counter] });
 *       yield* k.join(a); yield* k.join(b);
 *       k.assert(k.get(counter) === 2, 'both writes count');
 *     });
 */
export function machineScenario(
  name: string,
  options: MachineScenarioOptions,
  body: KernelBody,
): MachineScenario {
  checkScenario(name, options, body);
  const scenario = new MachineScenario(name, options, body);
  // Whether its own limits fit into memory shows when it boots.
  if (options.limits !== undefined) scenario.boot();
  return scenario;
}
