/**
 * Owns what a program says of how its machine was built (CPUs, limits), as plain data: it crosses worker
 * threads, goes into results, and decides which recorded schedules fit. Pure.
 */
import type { Program } from '../engine/program.ts';
import type { MachineOptions } from '../report/result.ts';

/** Entries in the order of their names, so that equal options give equal texts. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The options as JSON has them; null if there are none, as for every plain scenario. */
export function machineOptionsOf({ options }: Pick<Program, 'options'>): MachineOptions | null {
  if (options === undefined) return null;
  const plain = JSON.parse(JSON.stringify(options, sorted)) as MachineOptions;
  return Object.keys(plain).length === 0 ? null : plain;
}
