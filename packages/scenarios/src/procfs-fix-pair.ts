/**
 * Owns how a bug of procfs stands in the catalogue: user programs in two variants, on the kernel as it was
 * and on today's (`-fixed`). What brings the old kernel back is the fix switch the scenario is called after,
 * or switches and a way to revoke that it names.
 */
import type { Verdict } from '@smplab/explore';
import { PROC_FIX_SWITCHES } from '@smplab/proc';
import {
  PROCFS_FIX_SWITCHES,
  type ProcfsPrograms,
  procfsScenario,
  type ProcfsScenarioOptions,
} from '@smplab/procfs';
import { VFS_FIX_SWITCHES, type VfsScenario } from '@smplab/vfs';

/** What is said of a bug and its repair. */
export interface ProcfsFixNotes {
  /** What exploration finds in the historical code. */
  readonly found: Verdict;
  /** What goes wrong, and what is right today: a sentence each. */
  readonly then: string;
  readonly now: string;
  /** The old kernel; default the fix switch of the scenario's name. */
  readonly before?: Pick<ProcfsScenarioOptions, 'asSeed' | 'revoke'>;
  /** Where it is from; default what is noted with the fix switch. */
  readonly source?: string;
}

type Options = Omit<ProcfsScenarioOptions, 'asSeed' | 'source' | 'shows' | 'expected'>;

/** The two variants of a scenario: with the code of then, and with today's. */
export function procfsFixPair(
  name: string,
  { found, then, now, before = { asSeed: [name] }, source = sourceOf(before.asSeed?.[0]) }: ProcfsFixNotes,
  options: Options,
  programs: ProcfsPrograms,
): readonly VfsScenario[] {
  const old = { ...options, source, shows: then, expected: found, ...before };
  const today = { ...options, source, shows: now, expected: 'none' };
  return [procfsScenario(name, old, programs), procfsScenario(`${name}-fixed`, today, programs)];
}

/** The revision or commit that a fix switch is about. */
function sourceOf(id: string | undefined): string {
  const known = [...PROCFS_FIX_SWITCHES, ...VFS_FIX_SWITCHES, ...PROC_FIX_SWITCHES];
  const commit = known.find((each) => each.id === id)?.commit;
  if (commit === undefined) throw new TypeError(`there is no fix switch ${id}: a source is needed`);
  return commit;
}
