/**
 * Owns loading a scenario file inside a worker: what it exports, and in words what is wrong if that is no
 * scenario.
 */
import { InputError } from '../campaign/schedule-text.ts';
import type { Program } from '../engine/program.ts';

/** Where a scenario is to be found. */
export interface ScenarioTarget {
  /** URL of the module to import. */
  readonly module: string;
  /** How schedule texts and messages name the file: a path, or `catalogue`. */
  readonly file: string;
  readonly name: string;
  /** URL of a module to import first, which makes the scenario's own imports work; null for none. */
  readonly loader: string | null;
  /** Fix switches to turn off instead of the scenario's own; for scenarios on the kernel. */
  readonly asSeed?: readonly string[];
}

/** The scenarios a module exports: by itself, in arrays, or as entries that carry one as `scenario`. */
export async function loadScenarios(target: Omit<ScenarioTarget, 'name'>): Promise<Program[]> {
  if (target.loader !== null) await import(target.loader);
  let module: Record<string, unknown>;
  try {
    module = (await import(target.module)) as Record<string, unknown>;
  } catch (error) {
    throw new InputError(`${target.file} cannot be loaded: ${describeError(error)}`);
  }
  const found = new Set<Program>();
  for (const key of Object.keys(module).sort()) collect(module[key], found);
  if (found.size === 0) {
    throw new InputError(
      `${target.file} exports no scenario: it needs ` +
        '"export default scenario(\'name\', function* (s) { ... })", one made by machineScenario(...), ' +
        'or an array of them',
    );
  }
  const names = new Set<string>();
  for (const { name } of found) {
    if (names.has(name))
      throw new InputError(`${target.file} exports two scenarios named "${name}": names must differ`);
    names.add(name);
  }
  return [...found];
}

/** The scenario a target names. */
export async function loadScenario(target: ScenarioTarget): Promise<Program> {
  const scenarios = await loadScenarios(target);
  const found = scenarios.find((scenario) => scenario.name === target.name);
  if (found !== undefined) return target.asSeed === undefined ? found : withSeed(found, target.asSeed);
  const names = scenarios.map((scenario) => `"${scenario.name}"`).join(', ');
  throw new InputError(`${target.file} has no scenario "${target.name}": it has ${names}`);
}

/** The scenario with other fix switches off. */
function withSeed(scenario: Program, asSeed: readonly string[]): Program {
  if (typeof scenario.withSeed !== 'function') {
    throw new InputError(
      '--as-seed is for scenarios on the kernel: ' +
        `"${scenario.name}" is a plain scenario and has no fix switches`,
    );
  }
  try {
    return scenario.withSeed(asSeed);
  } catch (error) {
    throw new InputError(describeError(error));
  }
}

/** Known by its shape: a scenario may have been made by another copy of this package. */
function isProgram(value: unknown): value is Program {
  if (typeof value !== 'object' || value === null) return false;
  const { name, start } = value as Partial<Program>;
  return typeof name === 'string' && typeof start === 'function';
}

function collect(value: unknown, found: Set<Program>): void {
  if (isProgram(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === 'object' && value !== null && 'scenario' in value) collect(value.scenario, found);
}

/** One line for an error that a user's module threw. */
function describeError(error: unknown): string {
  const raised = error instanceof Error ? error : new Error(String(error));
  const [line] = raised.message.split('\n');
  return raised.name === 'Error' || raised.name === 'FixSwitchError' ? line : `${raised.name}: ${line}`;
}
