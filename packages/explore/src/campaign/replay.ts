/** Owns replay of a recorded schedule in the calling thread. */
import { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import { Examiner } from '../examine/examiner.ts';
import { optionsText } from '../report/options-text.ts';
import type { ExploreResult, MachineOptions } from '../report/result.ts';
import { assemble } from './explore.ts';
import { machineOptionsOf } from './machine-options.ts';
import { fingerprintOf, readSchedule, ScheduleError } from './schedule-text.ts';
import { emptyOutcome } from './search.ts';
import { settingsOf } from './settings.ts';

/**
 * Runs the schedule of a text again, exactly. Throws ScheduleError, saying why, when the text is damaged,
 * belongs to another scenario, or does not fit the scenario as it is now.
 */
export function replay(
  program: Program,
  text: string,
  file = '',
  heartbeat: Int32Array | null = null,
): ExploreResult {
  const record = readSchedule(text);
  if (record.scenario !== program.name) {
    throw new ScheduleError(`the schedule is of scenario "${record.scenario}", not of "${program.name}"`);
  }
  const machine = machineOptionsOf(program);
  if (record.fingerprint !== fingerprintOf(program.name, record.maxSteps, machine)) {
    throw new ScheduleError(`the schedule of "${record.scenario}" was recorded ${otherwise(machine)}`);
  }
  const started = process.cpuUsage();
  const execution = new Execution({ maxSteps: record.maxSteps });
  execution.heartbeat = heartbeat;
  const examiner = new Examiner(execution, program, file === '' ? record.file : file, false);
  const { finding, races, steps } = examiner.replay(record);
  const used = process.cpuUsage(started);
  const settings = settingsOf({ maxSteps: record.maxSteps, schedules: 1 });
  const outcome = { ...emptyOutcome(), schedules: 1, steps, isConcurrent: true, machine };
  const result = assemble(
    program.name,
    settings,
    outcome,
    finding === null ? [] : [finding],
    (used.user + used.system) / 1e6,
  );
  return {
    ...result,
    races,
    strategy: 'replay',
    schedule: text.trim(),
  };
}

/** How a schedule with another fingerprint was recorded. */
function otherwise(machine: MachineOptions | null): string {
  if (machine === null) return 'by an incompatible smplab';
  return (
    'under other options of the machine, which decide what its decisions mean ' +
    `(now ${optionsText(machine)}): replay it under those of its report`
  );
}
