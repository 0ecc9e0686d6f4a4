/**
 * Owns how numbers with units are written for people: three digits that count, times in the unit that fits.
 * Pure.
 */

const TIMES = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
] as const;

/** Three digits that count, and no more zeros than it needs. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  if (size < 0.0005) return value.toExponential(1);
  const places = size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(places);
}

/** Unit in which a value of a unit is written, and what it is divided by. */
export function scaleOf(value: number, unit: string): readonly [string, number] {
  if (unit === 'ns') return TIMES.find(([, ns]) => Math.abs(value) >= ns) ?? ['ns', 1];
  return [unit === '1' ? '' : unit, 1];
}

function suffixed(text: string, unit: string): string {
  return unit === '' ? text : `${text} ${unit}`;
}

/** `1.52 ms`, `31.0 %`, `12`. */
export function quantity(value: number, unit: string): string {
  const [name, divisor] = scaleOf(value, unit);
  if (unit === '1' && Number.isInteger(value)) return String(value);
  return suffixed(digits(value / divisor), name);
}

/** `1.52 ± 0.04 ms`; without an interval just the value. */
export function interval(value: number, half: number | null, unit: string): string {
  if (half === null || half === 0) return quantity(value, unit);
  const [name, divisor] = scaleOf(Math.max(Math.abs(value), half), unit);
  return suffixed(`${digits(value / divisor)} ± ${digits(half / divisor)}`, name);
}
