/**
 * Owns random values: what follows which law, and how laws are written as data. Values are not negative, and
 * each is drawn from the stream that the caller brings, so that one seed gives one sequence.
 *
 *     1000   { exponential: 1000 }   { uniform: [500, 1500] }   { pareto: { mean: 1000, shape: 1.5 } }
 *     { bimodal: { short: 100, long: 10_000, part: 0.9 } }   { lognormal: { mean: 1000, sigma: 1 } }
 */
import type { RandomStream } from '../random-stream.ts';
import { WorkloadError } from './workload.ts';

export interface Variate {
  readonly name: string;
  readonly mean: number;
  draw(random: RandomStream): number;
}

/** A law as data, or one that is made already. */
export type VariateSpec =
  | number
  | Variate
  | { readonly constant: number }
  | { readonly uniform: readonly [number, number] }
  | { readonly exponential: number }
  | { readonly pareto: { readonly mean: number; readonly shape: number } }
  | { readonly bimodal: { readonly short: number; readonly long: number; readonly part: number } }
  | { readonly lognormal: { readonly mean: number; readonly sigma: number } };

function check(isRight: boolean, what: string): void {
  if (!isRight) throw new WorkloadError(what);
}

const isTime = (value: number): boolean => Number.isFinite(value) && value >= 0;

function constant(value: number): Variate {
  check(isTime(value), `constant of ${value}: a number from 0 is needed`);
  return { name: `${value}`, mean: value, draw: () => value };
}

function uniform(least: number, most: number): Variate {
  check(isTime(least) && isTime(most) && least <= most, `uniform from ${least} to ${most}: 0 <= from <= to`);
  return {
    name: `uniform(${least}, ${most})`,
    mean: (least + most) / 2,
    draw: (random) => least + random.uniform() * (most - least),
  };
}

function exponential(mean: number): Variate {
  check(isTime(mean), `exponential of mean ${mean}: a number from 0 is needed`);
  return { name: `exponential(${mean})`, mean, draw: (random) => random.exponential(mean) };
}

/** Heavy tailed: the smaller the shape, the more; with 2 and less the variance is infinite. */
function pareto(mean: number, shape: number): Variate {
  check(isTime(mean) && shape > 1, `pareto of mean ${mean} and shape ${shape}: the shape has to be above 1`);
  const least = (mean * (shape - 1)) / shape;
  return {
    name: `pareto(${mean}, ${shape})`,
    mean,
    draw: (random) => least / (1 - random.uniform()) ** (1 / shape),
  };
}

/** A `part` of all values is `short`, the others are `long`. */
function bimodal(short: number, long: number, part: number): Variate {
  const isRight = isTime(short) && isTime(long) && part >= 0 && part <= 1;
  check(isRight, `bimodal of ${short} and ${long} by ${part}: times, and a part from 0 to 1, are needed`);
  return {
    name: `bimodal(${short}, ${long}, ${part})`,
    mean: part * short + (1 - part) * long,
    draw: (random) => (random.uniform() < part ? short : long),
  };
}

/** `sigma` is the deviation of the logarithm. */
function lognormal(mean: number, sigma: number): Variate {
  check(isTime(mean) && mean > 0 && isTime(sigma), `lognormal of mean ${mean} and sigma ${sigma}`);
  const mu = Math.log(mean) - (sigma * sigma) / 2;
  return {
    name: `lognormal(${mean}, ${sigma})`,
    mean,
    draw(random) {
      const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
      return Math.exp(mu + sigma * radius * Math.cos(2 * Math.PI * random.uniform()));
    },
  };
}

/** The laws there are. */
export const variate = { constant, uniform, exponential, pareto, bimodal, lognormal } as const;

/** The same law in other units. */
export function scaled(law: Variate, factor: number): Variate {
  return {
    name: law.name,
    mean: law.mean * factor,
    draw: (random) => law.draw(random) * factor,
  };
}

/** Numbers of an array or an object, under the names that are expected; null if it is anything else. */
function numbersOf(value: unknown, names: readonly string[]): number[] | null {
  if (names.length === 1 && typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return null;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((each, at) => [names[at] ?? '', each])
    : Object.entries(value);
  const found = new Map(entries);
  const isFit = entries.length === names.length && names.every((name) => typeof found.get(name) === 'number');
  return isFit ? names.map((name) => found.get(name) as number) : null;
}

interface Law {
  readonly wants: readonly string[];
  readonly make: (...numbers: number[]) => Variate;
}

const LAWS = new Map<string, Law>([
  ['constant', { wants: ['value'], make: constant }],
  ['uniform', { wants: ['from', 'to'], make: uniform }],
  ['exponential', { wants: ['mean'], make: exponential }],
  ['pareto', { wants: ['mean', 'shape'], make: pareto }],
  ['bimodal', { wants: ['short', 'long', 'part'], make: bimodal }],
  ['lognormal', { wants: ['mean', 'sigma'], make: lognormal }],
]);

function isVariate(value: object): value is Variate {
  return 'draw' in value && typeof value.draw === 'function';
}

/** A law of what stands for one. Errors say what was given and what laws there are, and no more. */
export function variateOf(spec: unknown): Variate {
  if (typeof spec === 'number') return constant(spec);
  const known = [...LAWS].map(([name, { wants }]) => `${name} (${wants.join(', ')})`).join(', ');
  const given = JSON.stringify(spec) ?? String(spec);
  if (typeof spec !== 'object' || spec === null)
    throw new WorkloadError(`${given} is neither a number nor a distribution: known are ${known}`);
  if (isVariate(spec)) return spec;
  const [[name, value] = ['', null], ...others] = Object.entries(spec) as [string, unknown][];
  const law = LAWS.get(name);
  if (law === undefined || others.length > 0)
    throw new WorkloadError(`${given} is no distribution: known are ${known}`);
  const numbers = numbersOf(value, law.wants);
  if (numbers === null)
    throw new WorkloadError(`${given}: "${name}" wants ${law.wants.join(', ')} as numbers`);
  return law.make(...numbers);
}
