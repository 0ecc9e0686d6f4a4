/**
 * Owns the refusal of machine scenarios that make no sense, in words and when their file is loaded: what can
 * be known before a machine boots is said there, with the name of the scenario.
 */
import {
  asSeedOf,
  checkedCpus,
  EXPLORE_LIMITS,
  FIX_SWITCHES,
  type FixSwitch,
  Registry,
  registerKernelFunctions,
  limitsOf,
} from '@smplab/lwkt';

/** What is checked of a scenario depends on what kind it is. */
export interface ScenarioRules {
  /** The function that makes it: how messages call it. */
  readonly what: string;
  /** Name under which its body is registered. */
  readonly main: string;
  /** Fix switches that may be off. */
  readonly fixes: readonly FixSwitch[];
  /** Options of this kind besides those that all machine scenarios have. */
  readonly options?: readonly string[];
  /** Those of them that are true or false. */
  readonly flags?: readonly string[];
}

/** The rules of `machineScenario`. */
export const MACHINE_RULES: ScenarioRules = { what: 'machineScenario', main: 'main', fixes: FIX_SWITCHES };

/** Options a scenario can have: a name that is none of them is a slip. */
const OPTIONS: readonly string[] = [
  'cpus',
  'threads',
  'asSeed',
  'limits',
  'failOnAtomicityBreak',
  'checkLeaks',
  'checkEachStep',
  'source',
  'shows',
  'expected',
];
const FLAGS: readonly string[] = ['failOnAtomicityBreak', 'checkLeaks', 'checkEachStep'];

/** Throws TypeError, or RangeError for a number, that names the scenario. */
export function checkScenario(
  name: unknown,
  options: unknown,
  body: unknown,
  rules: ScenarioRules = MACHINE_RULES,
): void {
  if (typeof name !== 'string' || name.trim() === '') throw new TypeError(`${rules.what} needs a name`);
  const what = `${rules.what} "${name}"`;
  if (!isRecord(options)) {
    throw new TypeError(`${what} needs options, such as { cpus: 2, threads: { ... } }`);
  }
  if (typeof body !== 'function') throw new TypeError(`${what} needs a generator function as its body`);
  checkOptions(what, options, rules);
  checkBodies(what, options['threads'] ?? {}, body, rules.main);
  try {
    checkSizes(options, rules.fixes);
  } catch (error) {
    throw new RangeError(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

function checkOptions(what: string, options: Record<string, unknown>, rules: ScenarioRules): void {
  const known = [...OPTIONS, ...(rules.options ?? [])];
  const stray = Object.keys(options).find((each) => !known.includes(each));
  if (stray !== undefined)
    throw new TypeError(`${what}: there is no option "${stray}": options are ${known.join(', ')}`);
  for (const flag of [...FLAGS, ...(rules.flags ?? [])]) {
    const value = options[flag];
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`${what}: ${flag} is true or false`);
  }
}

function checkBodies(what: string, threads: unknown, body: unknown, main: string): void {
  if (!isRecord(threads))
    throw new TypeError(`${what}: threads are functions by name, { worker: function* (k) { ... } }`);
  const registry = new Registry();
  registerKernelFunctions(registry);
  for (const [name, code] of [['its body', body], ...Object.entries(threads)] as const) {
    const kind = typeof code === 'function' ? code.constructor.name : null;
    if (kind === null) throw new TypeError(`${what}: the thread ${name} is no generator function`);
    // An async function would never be resumed: what it waits for has no place in kernel memory.
    if (kind.startsWith('Async')) {
      throw new TypeError(
        `${what}: ${name} is async; kernel code waits for words (tsleep, until), never for promises`,
      );
    }
    if (name === main) throw new TypeError(`${what}: the name ${main} is taken by its body`);
    if (registry.names.includes(name))
      throw new TypeError(`${what}: the name ${name} is taken by the kernel`);
  }
}

function checkSizes(
  { cpus = 2, limits = {}, asSeed = [] }: Record<string, unknown>,
  fixes: readonly FixSwitch[],
): void {
  checkedCpus(cpus);
  if (!isRecord(limits)) throw new TypeError('limits are numbers by name, { hz: 100 }');
  limitsOf(EXPLORE_LIMITS, limits);
  if (asSeed !== 'all' && !(Array.isArray(asSeed) && asSeed.every((id) => typeof id === 'string'))) {
    throw new TypeError("asSeed is a list of fix switches, or 'all'");
  }
  asSeedOf(asSeed, fixes);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
