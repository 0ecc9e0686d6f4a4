/**
 * Owns `smplab replay`: runs one recorded schedule again, exactly, and prints what it shows. The text names
 * its scenario and the file; another file can be given if that has moved.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Farm, isFinding, readSchedule, type ScenarioTarget } from '@smplab/explore';
import { Refusal, STATUS } from '../refusal.ts';
import { jsonText } from '../result-json.ts';
import { SavedReports } from '../saved-report.ts';
import {
  CATALOGUE,
  catalogued,
  catalogueTarget,
  fileTarget,
  scenarioFile,
  scenariosOf,
} from '../target-list.ts';
import { print } from '../terminal.ts';
import { rendered, replayCommand } from './explore.ts';

export interface ReplayFlags {
  readonly json?: boolean;
  readonly out?: string;
  readonly watchdog: number;
}

const SCHEDULE = /^v\d+:/;
const SCHEDULE_BYTES_MAX = 1 << 24;

/** The schedule text: the argument itself, or the content of the file it names. */
export function scheduleText(argument: string): string {
  if (SCHEDULE.test(argument.trim()) && !existsSync(argument)) return argument.trim();
  if (!existsSync(argument)) {
    throw new Refusal(
      `"${shortened(argument)}" is neither a schedule text (it starts with "v1:") nor a file with one`,
    );
  }
  const { size } = statSync(argument);
  if (size > SCHEDULE_BYTES_MAX) throw new Refusal(`${argument} is too large for a schedule`);
  return readFileSync(argument, 'utf8').trim();
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Runs the command; gives its exit status. */
export async function replay(
  argument: string,
  file: string | undefined,
  flags: ReplayFlags,
): Promise<number> {
  const text = scheduleText(argument);
  const recorded = readSchedule(text);
  const reports = flags.out === undefined ? null : new SavedReports(flags.out);
  const farm = new Farm({ workers: 1, watchdogSeconds: flags.watchdog });
  const { asSeed } = recorded;
  const target = { ...(await targetOf(recorded, file, farm)), ...(asSeed && { asSeed }) };
  const result = await farm.replay(target, text);
  const files = reports?.save(result, replayCommand(result)) ?? [];
  await print(flags.json === true ? jsonText([result], false) : rendered(result));
  if (files.length > 0) process.stderr.write(`wrote ${files.join(', ')}\n`);
  return isFinding(result.verdict) ? STATUS.finding : STATUS.clean;
}

/** Where the scenario of a schedule is now. */
async function targetOf(
  recorded: { readonly scenario: string; readonly file: string },
  file: string | undefined,
  farm: Farm,
): Promise<ScenarioTarget> {
  const name = recorded.scenario;
  if (file === undefined && recorded.file === CATALOGUE) {
    return catalogueTarget(await catalogued(name));
  }
  const path = file ?? recorded.file;
  if (path === '')
    throw new Refusal(`the schedule of "${name}" names no file: give it as the second argument`);
  if (file === undefined && !existsSync(resolve(path))) {
    throw new Refusal(
      `the schedule was recorded of ${path}, which is not here: ` +
        'run from where it was recorded, or give the file as the second argument',
    );
  }
  const found = scenarioFile(path);
  const names = await scenariosOf(found, farm);
  if (!names.includes(name)) {
    throw new Refusal(
      `the schedule is of scenario "${name}", but ${path} has ${names.map((n) => `"${n}"`).join(', ')}`,
    );
  }
  return fileTarget(found, name);
}
