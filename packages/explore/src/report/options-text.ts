/** Owns how the options of a machine are shown to a person. Pure. */
import type { MachineOptions } from './result.ts';

/** `cpus 2, hz 100`. */
export function optionsText(machine: MachineOptions): string {
  return Object.entries(machine)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
