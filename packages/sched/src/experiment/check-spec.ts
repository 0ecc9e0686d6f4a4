/**
 * Owns the checks of a spec as it comes from outside: keys that are not known, with the one that was meant,
 * and values that cannot be. What passes may still name what does not exist: that is said when its parts
 * are made, for every combination of levels, before anything runs.
 */
import { MEASURES } from '../metrics/measure.ts';
import { labelOf } from './levels.ts';
import { ExperimentError, type ExperimentSpec, type Level } from './spec.ts';

/** The names that look like one, the nearest first. */
export type NearNames = (name: string, known: readonly string[]) => readonly string[];

const KEYS = [
  'name',
  'description',
  'factors',
  'repetitions',
  'seed',
  'durationNs',
  'warmupNs',
  'machine',
  'grain',
  'processes',
  'costs',
  'policy',
  'workload',
  'metrics',
  'compare',
  'confidence',
  'starvationNs',
] as const satisfies readonly (keyof ExperimentSpec)[];
const COMPARE_KEYS = ['factor', 'baseline', 'metrics'];
const CUSTOM_KEYS = ['name', 'unit', 'better', 'measure'];
const MOST_RUNS = 1_000_000;

type Record_ = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(message: string, ...path: readonly string[]): never {
  throw new ExperimentError(message, path);
}

function checkKeys(value: Record_, known: readonly string[], path: readonly string[], near: NearNames): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = near(key, known)[0] as string | undefined;
    const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
    const whose = path.length === 0 ? 'an experiment' : path.join('.');
    fail(`${whose} has no "${key}"; ${hint}`, ...path, key);
  }
}

function isLevel(value: unknown): value is Level {
  if (isRecord(value)) return typeof value['label'] === 'string' && 'value' in value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function checkFactors(factors: unknown): void {
  if (factors === undefined) return;
  if (!isRecord(factors)) fail('factors are needed as { factor: [level, ...] }', 'factors');
  for (const [name, levels] of Object.entries(factors)) {
    const path = ['factors', name];
    if (!Array.isArray(levels) || levels.length === 0)
      fail(`factor "${name}" needs a list of levels, one at least`, ...path);
    const wrong = levels.findIndex((level) => !isLevel(level));
    if (wrong !== -1)
      fail(
        `level ${wrong + 1} of factor "${name}" is neither a text, a number, true or false, ` +
          'nor { label, value }',
        ...path,
      );
    const labels = (levels as Level[]).map(labelOf);
    const twice = labels.find((label, at) => labels.indexOf(label) !== at);
    if (twice !== undefined) fail(`factor "${name}" has the level "${twice}" twice`, ...path);
  }
}

function checkWhole(spec: Record_, key: string, least: number, most: number): void {
  const value = spec[key];
  if (value === undefined) return;
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
    fail(`${key} is ${JSON.stringify(value)}: a whole number from ${least} to ${most} is needed`, key);
}

/** Times that are no numbers may be made of levels, and are checked then. */
function checkTimes(spec: Record_): void {
  for (const key of ['durationNs', 'warmupNs', 'starvationNs']) {
    const value = spec[key];
    if (value === undefined || typeof value === 'function' || isRecord(value)) continue;
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
      fail(`${key} is ${JSON.stringify(value)}: a time in ns, from 0, is needed`, key);
  }
}

function checkMetric(name: unknown, own: readonly string[], path: readonly string[], near: NearNames): void {
  const known = [...MEASURES.map((measure) => measure.name), ...own];
  if (typeof name !== 'string') fail(`${path.join('.')} is no name of a metric`, ...path);
  // Figures of workloads have names with spaces in them, and are known when they come.
  if (known.includes(name) || name.includes(' ')) return;
  const meant = near(name, known);
  const hint = meant.length === 0 ? `known are ${known.join(', ')}` : `did you mean ${meant.join(' or ')}?`;
  fail(`there is no metric "${name}"; ${hint}`, ...path);
}

/** Checks metrics; gives the names of the author's own. */
function checkMetrics(metrics: unknown, near: NearNames): string[] {
  if (metrics === undefined) return [];
  if (!Array.isArray(metrics)) fail('metrics are a list of names and of { name, unit, measure }', 'metrics');
  const own: string[] = [];
  for (const [at, metric] of metrics.entries()) {
    const path = ['metrics', String(at)];
    if (typeof metric === 'string') continue;
    if (!isRecord(metric) || typeof metric['measure'] !== 'function' || typeof metric['unit'] !== 'string')
      fail('a metric is a name, or { name, unit, measure: (run) => number }', ...path);
    checkKeys(metric, CUSTOM_KEYS, path, near);
    if (typeof metric['name'] !== 'string') fail('a metric needs a name', ...path);
    own.push(metric['name']);
  }
  for (const [at, metric] of metrics.entries())
    if (typeof metric === 'string') checkMetric(metric, own, ['metrics', String(at)], near);
  return own;
}

function checkCompare(spec: Record_, own: readonly string[], near: NearNames): void {
  const { compare } = spec;
  if (compare === undefined) return;
  if (!isRecord(compare)) fail('compare is needed as { factor, baseline, metrics }', 'compare');
  checkKeys(compare, COMPARE_KEYS, ['compare'], near);
  const factors = (spec['factors'] ?? {}) as NonNullable<ExperimentSpec['factors']>;
  const { factor, baseline, metrics = [] } = compare;
  if (typeof factor !== 'string' || !Object.hasOwn(factors, factor))
    fail(
      `compare.factor is ${JSON.stringify(factor)}: factors are ${Object.keys(factors).join(', ') || 'none'}`,
      'compare',
      'factor',
    );
  const labels = factors[factor].map(labelOf);
  if (baseline !== undefined && !labels.includes(labelOf(baseline as Level)))
    fail(
      `compare.baseline is ${JSON.stringify(baseline)}: levels are ${labels.join(', ')}`,
      'compare',
      'baseline',
    );
  if (!Array.isArray(metrics)) fail('compare.metrics is a list of names', 'compare', 'metrics');
  for (const [at, metric] of metrics.entries())
    checkMetric(metric, own, ['compare', 'metrics', String(at)], near);
}

function checkProcesses({ processes, workload, grain }: Record_): void {
  if (processes === undefined) return;
  if (typeof processes !== 'function')
    fail('processes is a function that gives them, (levels, random) => processWorkload(...)', 'processes');
  if (workload !== undefined) fail('an experiment has a workload or processes, not both', 'workload');
  if (grain !== undefined) fail('grain is for tasks: processes are always those of the kernel', 'grain');
}

/** The spec, if it is one. */
export function checkSpec(value: unknown, near: NearNames): ExperimentSpec {
  if (!isRecord(value)) fail('an experiment is an object: { name, factors, policy, workload, ... }');
  checkKeys(value, KEYS, [], near);
  if (typeof value['name'] !== 'string' || value['name'] === '') fail('an experiment needs a name', 'name');
  if (value['description'] !== undefined && typeof value['description'] !== 'string')
    fail('description is not a text', 'description');
  checkFactors(value['factors']);
  checkWhole(value, 'repetitions', 1, 10_000);
  checkWhole(value, 'seed', 0, 2 ** 31);
  checkTimes(value);
  const { confidence } = value;
  if (confidence !== undefined && !(typeof confidence === 'number' && confidence > 0 && confidence < 1))
    fail(`confidence is ${JSON.stringify(confidence)}: a number between 0 and 1 is needed`, 'confidence');
  checkCompare(value, checkMetrics(value['metrics'], near), near);
  const spec = value as unknown as ExperimentSpec;
  checkProcesses(value);
  const parts = [
    'machine',
    'policy',
    ...(spec.processes === undefined ? (['workload'] as const) : []),
  ] as const;
  for (const part of parts)
    if (spec[part] === undefined && !Object.hasOwn(spec.factors ?? {}, part))
      fail(`an experiment needs a ${part}: as "${part}", or as a factor of that name`, part);
  const cells = Object.values(spec.factors ?? {}).reduce((product, levels) => product * levels.length, 1);
  if (cells * (spec.repetitions ?? 5) > MOST_RUNS)
    fail(`${cells} combinations of levels are too many: ${MOST_RUNS} runs at most`, 'factors');
  return spec;
}
