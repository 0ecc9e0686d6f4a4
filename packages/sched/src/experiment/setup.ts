/**
 * Owns what a run is made of: machine, costs, policy and workload, each from a name, from data, or from what
 * the author's own function gives. Made anew for every run: policies and workloads have state.
 */
import { type CostModel, DEFAULT_COSTS, NO_COSTS } from '../cost-model.ts';
import { policyNamed } from '../policy/policies.ts';
import type { Policy } from '../policy/policy.ts';
import { bigLittle, bulldozer, desktop, symmetric } from '../topology/presets.ts';
import { Topology, type TopologyOptions } from '../topology/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { workloadNamed } from '../workload/workloads.ts';
import { withLevels } from './levels.ts';
import { ExperimentError, type ExperimentSpec, type Levels } from './spec.ts';

/** Reads a file that a spec names, relative to the spec. */
export type ReadFile = (path: string) => string;

type Part = 'machine' | 'grain' | 'costs' | 'policy' | 'durationNs' | 'warmupNs';

/** A part of a spec with the levels of a run: given there, or by the factor of the same name. */
export function partOf(spec: ExperimentSpec, part: Part | 'workload', levels: Levels): unknown {
  let given: unknown = spec[part] ?? levels[part];
  if (typeof given === 'function' && part !== 'workload')
    given = (given as (levels: Levels) => unknown)(levels);
  const value = withLevels(given, levels);
  // A level may be a function too.
  return typeof value === 'function' && part !== 'workload'
    ? (value as (levels: Levels) => unknown)(levels)
    : value;
}

const PRESETS: Readonly<Record<string, () => Topology>> = { desktop, bulldozer, 'big-little': bigLittle };
const MOST_CPUS = 1024;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For messages: what stands where something else should. */
function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
}

function presetNamed(name: string): Topology {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name]();
  const known = `${Object.keys(PRESETS).join(', ')}, or a number of CPUs`;
  throw new ExperimentError(`there is no machine "${name}": known are ${known}`, ['machine']);
}

export function machineOf(value: unknown): Topology {
  if (value instanceof Topology) return value;
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 1 && value <= MOST_CPUS) return symmetric(value);
    throw new ExperimentError(`a machine of ${value} CPUs: a whole number from 1 to ${MOST_CPUS} is needed`, [
      'machine',
    ]);
  }
  if (typeof value === 'string') return presetNamed(value);
  if (isRecord(value)) {
    if (typeof value['preset'] === 'string') return presetNamed(value['preset']);
    if (Array.isArray(value['cpus'])) {
      const strange = Object.keys(value).find((key) => !TOPOLOGY_KEYS.includes(key));
      if (strange === undefined) return new Topology(value as unknown as TopologyOptions);
      throw new ExperimentError(`a machine has no "${strange}": known are ${TOPOLOGY_KEYS.join(', ')}`, [
        'machine',
        strange,
      ]);
    }
  }
  throw new ExperimentError(
    `machine is ${shown(value)}: a number of CPUs, a preset (${Object.keys(PRESETS).join(', ')}) or ` +
      '{ cpus: [{ core, cache, socket, node, speed }, ...] } is needed',
    ['machine'],
  );
}

const TOPOLOGY_KEYS = ['name', 'cpus', 'smtFactor', 'distances'];

export function costsOf(value: unknown): CostModel {
  if (value === undefined || value === 'default') return DEFAULT_COSTS;
  if (value === 'none') return NO_COSTS;
  if (!isRecord(value))
    throw new ExperimentError(`costs are ${shown(value)}: "default", "none" or costs by name are needed`, [
      'costs',
    ]);
  return merged(DEFAULT_COSTS as unknown as Record<string, unknown>, value, [
    'costs',
  ]) as unknown as CostModel;
}

function merged(
  base: Record<string, unknown>,
  given: Record<string, unknown>,
  path: readonly string[],
): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(given)) {
    const at = [...path, key];
    const known = base[key];
    if (known === undefined)
      throw new ExperimentError(
        `${path.join('.')} has no "${key}": known are ${Object.keys(base).join(', ')}`,
        at,
      );
    if (isRecord(known) && isRecord(value)) result[key] = merged(known, value, at);
    else if (typeof known === 'number' && typeof value === 'number' && value >= 0 && value < Infinity)
      result[key] = value;
    else throw new ExperimentError(`${at.join('.')} is ${shown(value)}: a time in ns, from 0, is needed`, at);
  }
  return result;
}

function named(value: Record<string, unknown>, part: string): [string, Record<string, unknown> | undefined] {
  const strange = Object.keys(value).find((key) => key !== 'name' && key !== 'options');
  const { name, options } = value;
  if (strange !== undefined || typeof name !== 'string' || (options !== undefined && !isRecord(options)))
    throw new ExperimentError(`${part} is ${shown(value)}: { name, options } is needed`, [part]);
  return [name, options];
}

export function policyOf(value: unknown, isMade: boolean): Policy<unknown> {
  if (typeof value === 'string') return policyNamed(value);
  if (isRecord(value) && typeof value['dispatch'] === 'function') {
    if (isMade) return value as unknown as Policy<unknown>;
    throw new ExperimentError(
      'policy is one object for all runs: give a function that makes one, () => ({ ... })',
      ['policy'],
    );
  }
  if (isRecord(value)) return policyNamed(...named(value, 'policy'));
  throw new ExperimentError(
    `policy is ${shown(value)}: a name, { name, options } or a function that makes one is needed`,
    ['policy'],
  );
}

/** Whether the policy of a run is made by a function of the author's, anew each time. */
export function makesPolicy(spec: ExperimentSpec, levels: Levels): boolean {
  const given: unknown = spec.policy ?? levels['policy'];
  return typeof given === 'function' || typeof withLevels(given, levels) === 'function';
}

/** All workloads of a spec, which are started one after the other. */
export function workloadsOf(value: unknown, read: ReadFile): Workload[] {
  if (Array.isArray(value)) return value.flatMap((item) => workloadsOf(item, read));
  if (typeof value === 'string') return [workloadNamed(value)];
  if (isRecord(value)) {
    if (typeof value['start'] === 'function') return [value as unknown as Workload];
    for (const [key, name] of [
      ['rtApp', 'rt-app'],
      ['replay', 'replay'],
    ] as const) {
      const file = value[key];
      if (typeof file === 'string') return [workloadNamed(name, { text: read(file), file })];
    }
    return [workloadNamed(...named(value, 'workload'))];
  }
  throw new ExperimentError(
    `workload is ${shown(value)}: a name, { name, options }, { rtApp: file }, { replay: file }` +
      ' or a function is needed',
    ['workload'],
  );
}

/** A time of a spec; undefined if there is none. */
export function timeOf(
  spec: ExperimentSpec,
  part: 'durationNs' | 'warmupNs',
  levels: Levels,
): number | undefined {
  const value = partOf(spec, part, levels);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new ExperimentError(`${part} is ${shown(value)}: a time in ns, from 0, is needed`, [part]);
}
