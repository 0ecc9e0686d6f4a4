/**
 * Owns the file of a trace that a command records: whether it can be written, before anything runs, and what
 * is said of it afterwards.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Refusal } from './refusal.ts';
import { ownInvocation, shellCommand } from './shell-command.ts';

/** Makes the file, empty; refuses one that cannot be written. Its absolute path. */
export function traceFile(file: string): string {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw new Refusal(`--trace ${file}: ${(error as Error).message}`);
  }
  return resolve(file);
}

/** The command that shows a trace. */
export function exportCommand(file: string, ...options: readonly string[]): string {
  return shellCommand(ownInvocation(), ['export', file, ...options]);
}
