/**
 * Owns how a bug of DragonFly's kernel stands in the catalogue: one scenario on the kernel in two variants,
 * with the code as it was before the commit that mended it, under the name of the fix switch, and with
 * today's (`-fixed`).
 */
import type { Verdict } from '@smplab/explore';
import { FIX_SWITCHES, type FixId } from '@smplab/lwkt';
import {
  type KernelBody,
  machineScenario,
  type MachineScenario,
  type MachineScenarioOptions,
} from '@smplab/machine';

/** What is said of a bug and its repair. */
export interface FixNotes {
  /** What exploration finds in the historical code. */
  readonly found: Verdict;
  /** What went wrong then, and what is right today: a sentence each. */
  readonly then: string;
  readonly now: string;
}

/** The two variants of a scenario: before and after the commit of a fix switch. */
export function fixPair(
  id: FixId,
  { found, then, now }: FixNotes,
  options: Omit<MachineScenarioOptions, 'asSeed' | 'source' | 'shows' | 'expected'>,
  body: KernelBody,
): readonly MachineScenario[] {
  const source = sourceOf(id);
  const before = { ...options, source, shows: then, expected: found, asSeed: [id] };
  const after = { ...options, source, shows: now, expected: 'none' };
  return [machineScenario(id, before, body), machineScenario(`${id}-fixed`, after, body)];
}

/** The commit that mended it, as the catalogue names sources. */
function sourceOf(id: FixId): string {
  const known = FIX_SWITCHES.find((each) => each.id === id);
  const [commit, date] = (known?.commit ?? '').split(' ');
  const number = /\(([ST]\d+)/.exec(known?.wrong ?? '')?.[1];
  return `DragonFlyBSD ${commit}, ${date}${number === undefined ? '' : `, ${number}`}`;
}
