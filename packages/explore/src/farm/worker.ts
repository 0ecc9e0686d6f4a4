/**
 * Owns what a worker thread of a farm does: loads the scenario, searches ranges of schedules, examines
 * findings. All code of users runs here, never on the main thread, so that the main thread can watch and end
 * it. Run by piscina.
 */
import { laneName } from '../campaign/lanes.ts';
import { InputError } from '../campaign/schedule-text.ts';
import { replay } from '../campaign/replay.ts';
import { Search, type SearchOutcome } from '../campaign/search.ts';
import { Examiner } from '../examine/examiner.ts';
import type { Program } from '../engine/program.ts';
import {
  Control,
  PHASE_EXAMINING,
  PHASE_LOADING,
  PHASE_RUNNING,
  profileNumber,
  type Slot,
} from './control.ts';
import { loadScenario, loadScenarios } from './load.ts';
import { locate } from './locate.ts';
import type { Answer, ExamineTask, SearchTask, Task } from './task.ts';

process.setSourceMapsEnabled(true);
// What a scenario prints must not mix with results: `--json` promises one value on stdout and nothing else.
const { stderr } = process;
Object.defineProperty(process.stdout, 'write', { value: stderr.write.bind(stderr) });

/** What this worker has at hand from earlier tasks of the same campaign. */
interface Session {
  readonly control: Control;
  readonly slot: Slot;
  readonly searches: Map<string, Search>;
}

const sessions = new WeakMap<SharedArrayBuffer, Session>();

function sessionOf(buffer: SharedArrayBuffer): Session {
  let session = sessions.get(buffer);
  if (session === undefined) {
    const control = new Control(buffer);
    session = { control, slot: control.takeSlot(), searches: new Map<string, Search>() };
    sessions.set(buffer, session);
  }
  return session;
}

/** The entry point that piscina calls. */
export async function work(task: Task): Promise<Answer> {
  const session = sessionOf(task.control);
  session.slot.begin(task.task, PHASE_LOADING);
  try {
    return await answer(task, session);
  } catch (error) {
    if (error instanceof InputError) return { kind: 'refused', message: error.message };
    const raised = error instanceof Error ? error : new Error(String(error));
    return { kind: 'broken', message: raised.message, stack: raised.stack ?? '' };
  } finally {
    session.slot.begin(0, 0);
  }
}

async function answer(task: Task, session: Session): Promise<Answer> {
  const { slot } = session;
  if (task.kind === 'list') {
    return { kind: 'list', names: (await loadScenarios(task.target)).map((scenario) => scenario.name) };
  }
  const scenario = await loadScenario(task.target);
  slot.enter(0);
  slot.begin(task.task, task.kind === 'search' ? PHASE_RUNNING : PHASE_EXAMINING);
  switch (task.kind) {
    case 'search':
      return { kind: 'search', outcome: searchRange(task, session, scenario) };
    case 'examine':
      return examine(task, session, scenario);
    case 'locate':
      return { kind: 'locate', location: locate(scenario, task.settings, task.index, task.step) };
    case 'replay':
      return { kind: 'replay', result: replay(scenario, task.text, task.target.file, slot.words) };
  }
}

function searchOf(task: SearchTask | ExamineTask, session: Session, scenario: Program): Search {
  const key = JSON.stringify([task.target, task.settings]);
  let search = session.searches.get(key);
  if (search === undefined) {
    search = newSearch(task, session, scenario);
    session.searches.set(key, search);
  }
  return search;
}

function newSearch(task: SearchTask | ExamineTask, { slot }: Session, scenario: Program): Search {
  return new Search(scenario, task.settings, slot.words, (run) => {
    slot.enter(profileNumber(run));
  });
}

function searchRange(task: SearchTask, session: Session, scenario: Program): SearchOutcome {
  const { control, slot } = session;
  // A sequential lane starts from scratch: the search keeps the place of its strategies.
  const search = task.sequential ? newSearch(task, session, scenario) : searchOf(task, session, scenario);
  const outcome = search.run({
    from: task.from,
    to: task.to,
    sequential: task.sequential,
    keepsSteps: true,
    isStopped(index) {
      if (control.isStopped || index >= control.limit) return true;
      slot.enter(index);
      return false;
    },
    onSchedule(_index, steps) {
      slot.count(steps);
    },
  });
  return { ...outcome, stepsOfEach: Int32Array.from(outcome.stepsOfEach) };
}

function examine(task: ExamineTask, session: Session, scenario: Program): Answer {
  const { settings, raw, race } = task;
  const { execution } = searchOf(task, session, scenario);
  const examiner = new Examiner(execution, scenario, task.target.file, settings.shrink);
  if (raw !== null) return { kind: 'examine', finding: examiner.examine(raw) };
  if (race === null) throw new Error('an examine task needs a finding');
  return { kind: 'examine', finding: examiner.examineRace(race, laneName(settings.strategy, race.index)) };
}
