/**
 * Owns the functions that may run on another CPU: thread bodies, message handlers, interrupt handlers. They
 * are registered by name when a realm (a worker, or the one thread of an exploration) loads its modules, and
 * travel between CPUs as a number, which depends on the name alone: every worker that loaded the same modules
 * agrees. The subsystems of the machine are known here as well.
 */
import { stableCode } from '@smplab/explore';
import type { Context } from './context.ts';
import { FIX_SWITCHES, type FixSwitch } from './history.ts';
import type { Subsystem } from './subsystem.ts';

/** Kernel code: every `yield*` in it is an operation of the context. */
export type Steps<T = void> = Generator<unknown, T, unknown>;

/**
 * What can be registered: called with the context of the CPU it runs on, or what `adapt` makes of that, and
 * word arguments.
 */
export type KernelFunction = (k: never, ...args: number[]) => Iterator<unknown, unknown>;

/** A registered function; `adapt` turns the bare context into what the body expects as its first argument. */
export interface Registered {
  readonly name: string;
  readonly number: number;
  readonly body: KernelFunction;
  readonly adapt: ((k: Context) => unknown) | null;
}

/** A name that was not registered, twice registered, or a value that is no name. */
export class RegistryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegistryError';
  }
}

/** Options of a machine that are its own: a subsystem cannot be called that. */
const TAKEN: readonly string[] = ['cpus', 'asSeed', 'limits'];

/** The number of a name: the same in every realm. */
export function functionNumber(name: string): number {
  return stableCode(name) | 1;
}

export class Registry {
  readonly #byName = new Map<string, Registered>();
  readonly #byNumber = new Map<number, Registered>();
  readonly #subsystems: Subsystem[] = [];

  /** Registers a function under a name; the same function may be registered again. */
  register(name: string, body: KernelFunction, adapt: ((k: Context) => unknown) | null = null): number {
    const known = this.#byName.get(name);
    if (known !== undefined) {
      if (known.body === body) return known.number;
      throw new RegistryError(`two functions are registered as "${name}": names must differ`);
    }
    if (typeof body !== 'function') throw new RegistryError(`"${name}" is registered with no function`);
    const number = functionNumber(name);
    const other = this.#byNumber.get(number);
    if (other !== undefined) {
      throw new RegistryError(`"${name}" and "${other.name}" have the same number: rename one of them`);
    }
    const entry = { name, number, body, adapt };
    this.#byName.set(name, entry);
    this.#byNumber.set(number, entry);
    return number;
  }

  /** Makes a subsystem part of the machine; the same one may be added again. */
  addSubsystem(subsystem: Subsystem): void {
    const { name } = subsystem;
    if (this.#subsystems.includes(subsystem)) return;
    if (typeof name !== 'string' || name === '' || TAKEN.includes(name))
      throw new RegistryError(`a subsystem cannot be called ${JSON.stringify(name)}`);
    if (this.#subsystems.some((each) => each.name === name))
      throw new RegistryError(`two subsystems are called "${name}": names must differ`);
    this.#subsystems.push(subsystem);
  }

  /** In the order in which they were added: each may count on those before it. */
  get subsystems(): readonly Subsystem[] {
    return this.#subsystems;
  }

  /** The fix switches of the kernel core and of all subsystems. */
  get fixes(): readonly FixSwitch[] {
    return [...FIX_SWITCHES, ...this.#subsystems.flatMap((each) => each.fixes)];
  }

  /** The number of a name. */
  numberOf(name: unknown): number {
    if (typeof name === 'string') {
      const entry = this.#byName.get(name);
      if (entry !== undefined) return entry.number;
    }
    throw new RegistryError(this.refusal(name));
  }

  /** Why something is not the name of a function, and what to do. */
  refusal(name: unknown): string {
    return refusal(name, [...this.#byName.keys()]);
  }

  /** The function with a number; undefined for a number nobody registered in this realm. */
  find(number: number): Registered | undefined {
    return this.#byNumber.get(number);
  }

  /** The name of a number, for reports. */
  nameOf(number: number): string {
    return this.#byNumber.get(number)?.name ?? `function ${number}`;
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }
}

function refusal(name: unknown, known: readonly string[]): string {
  if (typeof name === 'function') {
    const called = name.name === '' ? 'a function value' : `the function value ${name.name}`;
    return (
      `${called} cannot travel to another CPU: register it under a name, ` +
      'as in machineScenario(name, { threads: { worker: function* (k) { ... } } }), and pass the name'
    );
  }
  const own = known.filter((each) => !each.startsWith('lwkt_'));
  const shown = JSON.stringify(name) ?? String(name);
  return `no function is registered as ${shown}: registered are ${own.join(', ') || 'none'}`;
}
