/** Owns how the options of a machine are shown to a person. Pure. */
import type { MachineOptions } from './result.ts';

/** `cpus 2, hz 100`; lists and groups are written out, empty ones are left out. */
export function optionsText(machine: MachineOptions): string {
  return Object.entries(machine)
    .flatMap(([name, value]) => optionText(name, value))
    .join(', ');
}

function optionText(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${name} ${value.join('+')}`];
  if (typeof value !== 'object' || value === null) return [`${name} ${String(value)}`];
  const entries = Object.entries(value).flatMap(([each, inner]) => optionText(each, inner));
  return entries.length === 0 ? [] : [`${name} (${entries.join(', ')})`];
}
