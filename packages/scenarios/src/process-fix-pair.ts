/**
 * Owns how a bug of the process table stands in the catalogue: user programs in two variants, on the kernel
 * as it was, under the name of the fix switch, and on today's (`-fixed`).
 */
import type { Verdict } from '@smplab/explore';
import {
  PROC_FIX_SWITCHES,
  type ProcessScenario,
  processScenario,
  type ProcessScenarioOptions,
  type ProcFixId,
  type Programs,
} from '@smplab/proc';

/** What is said of a bug and its repair. */
export interface ProcessFixNotes {
  /** What exploration finds in the historical code. */
  readonly found: Verdict;
  /** What it finds in today's, if that stops on purpose; default nothing. */
  readonly stops?: Verdict;
  /** What goes wrong, and what is right today: a sentence each. */
  readonly then: string;
  readonly now: string;
}

/** The two variants of a scenario: with the code of a fix switch, and with today's. */
export function processFixPair(
  id: ProcFixId,
  { found, stops = 'none', then, now }: ProcessFixNotes,
  options: Omit<ProcessScenarioOptions, 'asSeed' | 'source' | 'shows' | 'expected'>,
  programs: Programs,
): readonly ProcessScenario[] {
  const source = sourceOf(id);
  const before = { ...options, source, shows: then, expected: found, asSeed: [id] };
  const after = { ...options, source, shows: now, expected: stops };
  return [processScenario(id, before, programs), processScenario(`${id}-fixed`, after, programs)];
}

/** The lines of the seed, or the commit that mended it, as the catalogue names sources. */
function sourceOf(id: ProcFixId): string {
  const known = PROC_FIX_SWITCHES.find((each) => each.id === id);
  const number = /\((audit[^)]*|P\d+|seed \d+)\)/.exec(known?.wrong ?? '')?.[1];
  return `DragonFlyBSD ${known?.commit ?? ''}${number === undefined ? '' : `, ${number}`}`;
}
