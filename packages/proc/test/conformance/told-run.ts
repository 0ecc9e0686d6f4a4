/**
 * Owns running a machine whose programs tell lines (teller.mjs), and what they told, whatever the driver.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, type CreateMachineOptions, type MachineReport } from '@smplab/machine';
import { PROC_FIX_SWITCHES } from '../../src/history.ts';
import { LIMITS } from './actors.mjs';
import { LINES_VARIABLE } from './teller.mjs';

/** Limits and steps of a stepped machine. */
export const EXPLORED = { limits: { ...LIMITS, strands: 500, timeouts: 4000 }, maxSteps: 2_000_000 } as const;
/** Limits of a live one: the same sizes, in more memory. */
export const LIVE = { limits: { ...LIMITS, memoryWords: 1 << 22 }, timeLimitSeconds: 60 } as const;

export interface ToldRun {
  readonly report: MachineReport;
  readonly lines: string;
}

/** Runs a scenario of a file next to this one. */
export async function toldRun(
  image: { readonly file: string; readonly scenario?: string },
  options: Partial<CreateMachineOptions>,
): Promise<ToldRun> {
  const { file, ...scenario } = image;
  const folder = mkdtempSync(join(tmpdir(), 'smplab-conformance-'));
  const told = join(folder, 'lines');
  // Workers get it with their environment.
  process.env[LINES_VARIABLE] = told;
  try {
    const module = new URL(file, import.meta.url).href;
    const images = [{ module, ...scenario }];
    const report = await createMachine({ cpus: 2, images, fixes: PROC_FIX_SWITCHES, ...options }).run();
    return { report, lines: existsSync(told) ? readFileSync(told, 'utf8') : '' };
  } finally {
    Reflect.deleteProperty(process.env, LINES_VARIABLE);
    rmSync(folder, { recursive: true, force: true });
  }
}
