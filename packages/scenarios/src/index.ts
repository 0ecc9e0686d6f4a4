/**
 * Owns the catalogue of scenarios: published concurrency bugs, kernel bugs with a CVE number, the history of
 * DragonFly's kernel and of procfs, and correct programs. The scenario files hold the programs and the notes
 * on them; the entries here are derived from those.
 */
import { isFinding, type Scenario, type Verdict, VERDICTS } from '@smplab/explore';
import type { MachineScenario } from '@smplab/machine';
import { correctPrograms } from './correct/list.ts';
import { concurrencyBugs } from './concurrency-bugs/list.ts';
import { kernelHistory } from './kernel-history/list.ts';
import { lwktHistory } from './lwkt-history/list.ts';
import { procAudit } from './proc-audit/list.ts';
import { procHistory } from './proc-history/list.ts';
import { procfsHistory } from './procfs-history/list.ts';

/** One program of the catalogue and what is known of it. */
export interface CatalogueEntry {
  /** The published name; `-fixed` is appended for a mended variant. */
  readonly name: string;
  /**
   * `published`: benchmark programs; `kernel`: bugs with a CVE number; `lwkt`: bugs of DragonFly's kernel, on
   * the kernel of this laboratory; `proc`: wrong places of its process table, found by an audit of the seed,
   * and bugs of its history; `procfs`: bugs of procfs; `correct`: programs without a bug.
   */
  readonly group: 'published' | 'kernel' | 'lwkt' | 'proc' | 'procfs' | 'correct';
  /** `prepared`: buggy, but only under a memory model that is not there yet. */
  readonly variant: 'buggy' | 'fixed' | 'correct' | 'prepared';
  /** Publication or repository it was rebuilt from. */
  readonly source: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  /**
   * The verdict exploration gives; `none` where there is nothing to find (`proved` if the space is covered).
   */
  readonly expected: Verdict;
  readonly scenario: Scenario | MachineScenario;
}

/** All programs, group by group in the order of the literature. */
export const catalogue: readonly CatalogueEntry[] = [
  ...concurrencyBugs.map((scenario) => entry('published', scenario)),
  ...kernelHistory.map((scenario) => entry('kernel', scenario)),
  ...lwktHistory.map((scenario) => entry('lwkt', scenario)),
  ...procAudit.map((scenario) => entry('proc', scenario)),
  ...procHistory.map((scenario) => entry('proc', scenario)),
  ...procfsHistory.map((scenario) => entry('procfs', scenario)),
  ...correctPrograms.map((scenario) => entry('correct', scenario)),
];

/** The entry with a name; undefined if there is none. */
export function findScenario(name: string): CatalogueEntry | undefined {
  return catalogue.find((candidate) => candidate.name === name);
}

function entry(group: CatalogueEntry['group'], scenario: Scenario | MachineScenario): CatalogueEntry {
  const { source, shows, expected } = scenario.notes;
  const verdict = VERDICTS.find((known) => known === expected);
  if (source === undefined || shows === undefined || verdict === undefined) {
    throw new Error(
      `the scenario "${scenario.name}" does not note its source, what it shows and its verdict`,
    );
  }
  const variant = variantOf(group, scenario.name, verdict);
  return { name: scenario.name, group, variant, source, shows, expected: verdict, scenario };
}

function variantOf(
  group: CatalogueEntry['group'],
  name: string,
  verdict: Verdict,
): CatalogueEntry['variant'] {
  if (group === 'correct') return 'correct';
  if (isFinding(verdict)) return 'buggy';
  return name.endsWith('-fixed') ? 'fixed' : 'prepared';
}
