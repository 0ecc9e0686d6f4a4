/**
 * Owns axes: which values are marked, and where they are in a picture. Pure.
 */
import { scaleOf } from '../quantity.ts';

interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Axis {
  readonly ticks: readonly Tick[];
  /** From 0 to 1 along the axis. */
  readonly at: (value: number) => number;
  /** What the labels count: `ms`, `1/s`; empty for nothing. */
  readonly unit: string;
}

/** Steps of 1, 2 or 5 times a power of ten. */
function stepFor(span: number, most: number): number {
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5, 10].find((step) => step * power >= raw * (1 - 1e-9)) ?? 10);
}

/** From 0, or from below it, to the most of some values. */
export function linearAxis(values: readonly number[], unit: string, most = 5): Axis {
  const low = Math.min(0, ...values);
  const high = Math.max(low === 0 ? Number.MIN_VALUE : 0, ...values);
  const isFlat = !(high - low > 1e-12);
  const [name, divisor] = scaleOf(Math.max(Math.abs(low), high), unit);
  const span = isFlat ? divisor : high - low;
  const step = stepFor(span / divisor, most) * divisor;
  const from = Math.floor(low / step) * step;
  const to = isFlat ? span : Math.ceil(high / step - 1e-9) * step;
  const ticks: Tick[] = [];
  for (let at = 0; from + at * step <= to + step / 2; at++) {
    const value = from + at * step;
    ticks.push({ value, label: tickLabel(value / divisor, step / divisor) });
  }
  const end = ticks.at(-1)?.value ?? to;
  return { ticks, at: (value) => (value - from) / (end - from), unit: name };
}

function tickLabel(value: number, step: number): string {
  if (Math.abs(value) < step / 2) return '0';
  const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  return value.toFixed(places).replace(/\B(?=(\d{3})+$)/g, places === 0 ? ',' : '');
}

/** Powers of ten; what is below the least is at its place. */
export function timeAxis(values: readonly number[], leastNs = 100): Axis {
  const high = Math.ceil(Math.log10(Math.max(leastNs * 10, ...values)) - 1e-9);
  const low = Math.max(
    Math.log10(leastNs),
    Math.min(high - 1, Math.floor(Math.log10(Math.max(leastNs, Math.min(...values))) + 1e-9)),
  );
  const ticks: Tick[] = [];
  for (let power = low; power <= high; power++) {
    const value = 10 ** power;
    const [name, divisor] = scaleOf(value * (1 + 1e-9), 'ns');
    ticks.push({ value, label: `${Math.round(value / divisor)} ${name}` });
  }
  const at = (value: number): number => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
  return { ticks, at, unit: '' };
}
