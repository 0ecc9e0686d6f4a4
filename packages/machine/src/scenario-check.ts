/**
 * Owns the refusal of machine scenarios that make no sense, in words and when their file is loaded: what can
 * be known before a machine boots is said there, with the name of the scenario.
 */
import {
  asSeedOf,
  checkedCpus,
  EXPLORE_LIMITS,
  Registry,
  registerKernelFunctions,
  limitsOf,
} from '@smplab/lwkt';

/** Options a scenario can have: a name that is none of them is a slip. */
const OPTIONS: readonly string[] = [
  'cpus',
  'threads',
  'asSeed',
  'limits',
  'failOnAtomicityBreak',
  'checkLeaks',
  'source',
  'shows',
  'expected',
];
const FLAGS = ['failOnAtomicityBreak', 'checkLeaks'] as const;

/** Throws TypeError, or RangeError for a number, that names the scenario. */
export function checkScenario(name: unknown, options: unknown, body: unknown, main: string): void {
  if (typeof name !== 'string' || name.trim() === '') throw new TypeError('machineScenario needs a name');
  const what = `machineScenario "${name}"`;
  if (!isRecord(options)) {
    throw new TypeError(`${what} needs options, such as { cpus: 2, threads: { ... } }`);
  }
  if (typeof body !== 'function') throw new TypeError(`${what} needs a generator function as its body`);
  const stray = Object.keys(options).find((each) => !OPTIONS.includes(each));
  if (stray !== undefined)
    throw new TypeError(`${what}: there is no option "${stray}": options are ${OPTIONS.join(', ')}`);
  for (const flag of FLAGS) {
    const value = options[flag];
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`${what}: ${flag} is true or false`);
  }
  checkBodies(what, options['threads'] ?? {}, body, main);
  try {
    checkSizes(options);
  } catch (error) {
    throw new RangeError(`${what}: ${(error as Error).message}`, { cause: error });
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

function checkSizes({ cpus = 2, limits = {}, asSeed = [] }: Record<string, unknown>): void {
  checkedCpus(cpus);
  if (!isRecord(limits)) throw new TypeError('limits are numbers by name, { hz: 100 }');
  limitsOf(EXPLORE_LIMITS, limits);
  if (asSeed !== 'all' && !(Array.isArray(asSeed) && asSeed.every((id) => typeof id === 'string'))) {
    throw new TypeError("asSeed is a list of fix switches, or 'all'");
  }
  asSeedOf(asSeed);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
