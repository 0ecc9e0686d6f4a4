/**
 * Owns `smplab explore`: searches interleavings of each scenario named, prints what was found, gives status 1
 * if anything was. Results go to stdout as soon as there are any (with --json at the end), all else to
 * stderr.
 */
import {
  type ExploreOptions,
  type ExploreResult,
  Farm,
  isFinding,
  renderResult,
  type ScenarioTarget,
} from '@smplab/explore';
import { Interrupt } from '../interrupt.ts';
import { ProgressLine } from '../progress-line.ts';
import { STATUS } from '../refusal.ts';
import { jsonText } from '../result-json.ts';
import { SavedReports } from '../saved-report.ts';
import { ownInvocation, shellCommand } from '../shell-command.ts';
import { findTargets } from '../target-list.ts';
import { pageWidth, print, wantsColour } from '../terminal.ts';
import {
  type ExploreFlags,
  farmOptions,
  fixSwitches,
  ignoredOptions,
  searchOptions,
} from './explore-options.ts';

/** The command that replays a result's schedule; empty if there is none. */
export function replayCommand(result: ExploreResult): string {
  return result.schedule === null ? '' : shellCommand(ownInvocation(), ['replay', result.schedule]);
}

/** A result as a person reads it, fit for this terminal. */
export function rendered(result: ExploreResult): string {
  return renderResult(result, {
    colour: wantsColour(process.stdout, process.env),
    width: pageWidth(process.stdout, process.env),
    replayCommand: replayCommand(result),
  });
}

/** Runs the command; gives its exit status. */
export async function explore(names: readonly string[], flags: ExploreFlags): Promise<number> {
  const options = searchOptions(flags);
  const asSeed = fixSwitches(flags);
  const reports = flags.out === undefined ? null : new SavedReports(flags.out);
  for (const text of ignoredOptions(flags)) process.stderr.write(`smplab: ${text}\n`);
  const farm = new Farm(farmOptions(flags));
  const interrupt = new Interrupt();
  try {
    const { targets, isSeveral } = await findTargets(names, farm);
    const results: ExploreResult[] = [];
    for (const target of targets) {
      if (interrupt.isRaised && results.length > 0) break;
      const result = await search(farm, { ...target, ...(asSeed && { asSeed }) }, options, interrupt);
      results.push(result);
      const files = reports?.save(result, replayCommand(result)) ?? [];
      if (flags.json === true) continue;
      await print(`${results.length > 1 ? '\n' : ''}${rendered(result)}`);
      if (files.length > 0) process.stderr.write(`wrote ${files.join(', ')}\n`);
    }
    if (flags.json === true) await print(jsonText(results, isSeveral));
    else if (targets.length > 1) await print(`\n${summary(results, targets.length)}`);
    if (interrupt.isRaised) process.stderr.write('smplab: interrupted; this is what was found so far\n');
    return results.some((result) => isFinding(result.verdict)) ? STATUS.finding : STATUS.clean;
  } finally {
    interrupt.dispose();
  }
}

/** Explores one scenario, with a progress line if it takes long. */
export async function search(
  farm: Farm,
  target: ScenarioTarget,
  options: ExploreOptions,
  interrupt: Interrupt,
): Promise<ExploreResult> {
  const progress = new ProgressLine(process.stderr);
  try {
    return await farm.explore(target, {
      ...options,
      signal: interrupt.signal,
      onProgress: (view) => progress.update(target.name, view, options.timeLimitSeconds),
    });
  } finally {
    progress.clear();
  }
}

/** The last line when there were several scenarios. */
function summary(results: readonly ExploreResult[], planned: number): string {
  const found = results.filter((result) => isFinding(result.verdict));
  const skipped = planned - results.length;
  const rest = skipped === 0 ? '' : `, ${skipped} not run`;
  const names =
    found.length === 0
      ? ''
      : `: ${found.map((result) => `${result.scenario} (${result.verdict})`).join(', ')}`;
  return `${results.length} scenarios explored${rest}, ${found.length} with findings${names}`;
}
