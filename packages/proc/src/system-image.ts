/**
 * Owns the system that `smplab boot` starts: all programs of the machine, of which the shell is the first,
 * with arguments and an environment from outside. Those travel in the URL of this module, so that the realm
 * of every CPU builds the same scenario.
 *
 *     createMachine({ cpus: 2, images: [systemImage({ argv: ['-c', 'ps -ax'] })], devices: true })
 */
import { Symbols, type Memory } from '@smplab/kmem';
import type { ImageSource } from '@smplab/machine';
import { processScenario, type ProcessScenarioOptions } from './process-scenario.ts';
import { BIN_PROGRAMS } from './programs/programs.ts';
import { G } from './table/procglob.ts';

/** What the shell is started with. */
export interface SystemImageOptions {
  /** A command line for it: `sh -c command`. */
  readonly command?: string;
  /** Its arguments, in place of that. */
  readonly argv?: readonly string[];
  /** Its environment, as `NAME=value`. */
  readonly env?: readonly string[];
  /** Second of 1970 at which it starts, for dates of files and processes; default 0. */
  readonly boottime?: number;
}

/** Name of the scenario, here and in packages above. */
export const SYSTEM = 'system';
const SIGNAL_MASK = 0x7f;
const SIGNALLED = 128;
/** The system; the machine halts when the shell ends. */
export const system = processScenario(
  SYSTEM,
  { cpus: 2, haltsWithFirst: true, ...givenTo(import.meta.url) },
  { '/bin/sh': BIN_PROGRAMS['/bin/sh'], ...BIN_PROGRAMS },
);

/** Where workers find it. */
export function systemImage(options: SystemImageOptions = {}): ImageSource {
  return imageAt(import.meta.url, options);
}

/** A system that a module beside `system-image.js` of its package has, by the URL of one of the two. */
export function imageAt(module: string, options: SystemImageOptions): ImageSource {
  const { command, argv, env = [], boottime } = options;
  const built = module.endsWith('.ts') ? '../dist/system-image.js' : './system-image.js';
  const url = new URL(built, module.replace(/\?.*$/, ''));
  for (const each of argv ?? (command === undefined ? [] : ['-c', command]))
    url.searchParams.append('arg', each);
  for (const each of env) url.searchParams.append('env', each);
  if (boottime !== undefined) url.searchParams.append('boottime', String(boottime));
  return { module: url.href, scenario: SYSTEM, file: 'the system (built in)' };
}

/** What the URL of such a module says, as options of its scenario. */
export function givenTo(module: string): Required<Pick<ProcessScenarioOptions, 'argv' | 'env' | 'boottime'>> {
  const given = new URL(module).searchParams;
  return {
    argv: given.getAll('arg'),
    env: ['HOME=/', ...given.getAll('env')],
    boottime: Number(given.get('boottime') ?? 0),
  };
}

/**
 * The exit status of the first program of a machine that has halted, as a shell has it: 0 to 255, 128 and the
 * signal for one that was killed. Null if it has not ended.
 */
export function firstExitStatus(memory: Memory): number | null {
  const { pointer: g } = new Symbols(memory).find('proc_globals');
  const status = memory.words[g + G.g_first_status];
  if (status < 0) return null;
  const signal = status & SIGNAL_MASK;
  return signal === 0 ? (status >> 8) & 0xff : SIGNALLED + signal;
}
