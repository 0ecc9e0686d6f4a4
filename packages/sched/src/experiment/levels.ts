/**
 * Owns the combinations of the levels of factors: cells, in the order of the spec, the last factor changing
 * first; and what stands in a spec for a level. Pure.
 */
import { ExperimentError, type Level, type Levels } from './spec.ts';

/** A combination of levels. */
export interface Cell {
  readonly index: number;
  /** Label of each factor's level, by which it is named. */
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Levels;
}

export type Factors = Readonly<Record<string, readonly Level[]>>;

export function labelOf(level: Level): string {
  return typeof level === 'object' ? level.label : String(level);
}

function valueOf(level: Level): unknown {
  return typeof level === 'object' ? level.value : level;
}

/** Every combination, or only those with the levels asked for. */
export function cellsOf(factors: Factors, only: Readonly<Record<string, readonly string[]>> = {}): Cell[] {
  for (const [factor, labels] of Object.entries(only)) {
    const levels = Object.hasOwn(factors, factor) ? factors[factor] : undefined;
    if (levels === undefined)
      throw new ExperimentError(
        `there is no factor "${factor}": there are ${Object.keys(factors).join(', ') || 'none'}`,
      );
    const unknown = labels.find((label) => !levels.some((level) => labelOf(level) === label));
    if (unknown !== undefined)
      throw new ExperimentError(
        `factor "${factor}" has no level "${unknown}": it has ${levels.map(labelOf).join(', ')}`,
      );
  }
  let rows: readonly (readonly [string, Level])[][] = [[]];
  for (const [factor, levels] of Object.entries(factors)) {
    const wanted = only[factor] as readonly string[] | undefined;
    const kept = levels.filter((level) => wanted === undefined || wanted.includes(labelOf(level)));
    rows = rows.flatMap((row) => kept.map((level) => [...row, [factor, level] as const]));
  }
  return rows.map((row, index) => ({
    index,
    labels: Object.fromEntries(row.map(([factor, level]) => [factor, labelOf(level)])),
    values: Object.fromEntries(row.map(([factor, level]) => [factor, valueOf(level)])),
  }));
}

/** `policy=eevdf cpus=4`; `all` without factors. */
export function cellName(labels: Readonly<Record<string, string>>): string {
  const named = Object.entries(labels).map(([factor, label]) => `${factor}=${label}`);
  return named.length === 0 ? 'all' : named.join(' ');
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A value with the levels of a run in it wherever `{ $: factor }` stands. */
export function withLevels(value: unknown, levels: Levels): unknown {
  if (Array.isArray(value)) return value.map((item) => withLevels(item, levels));
  if (!isPlain(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === '$') {
    const factor = String(value['$']);
    if (!Object.hasOwn(levels, factor))
      throw new ExperimentError(
        `{ "$": "${factor}" }: there is no such factor; ` +
          `there are ${Object.keys(levels).join(', ') || 'none'}`,
      );
    return levels[factor];
  }
  return Object.fromEntries(keys.map((key) => [key, withLevels(value[key], levels)]));
}
