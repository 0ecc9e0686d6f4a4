/**
 * Owns exploration in the calling thread: search, then examine what was found. Used by mocha and by library
 * users; the command runs the same search on a pool of workers (farm.ts) and puts the result together here
 * too.
 */
import type { Program } from '../engine/program.ts';
import { Examiner } from '../examine/examiner.ts';
import type { ExploreOptions, ExploreResult, Finding, Race, UsedOptions } from '../report/result.ts';
import type { Verdict } from '../engine/verdict.ts';
import { laneName, type StrategyFactory } from './lanes.ts';
import type { RaceFinding } from './race-collector.ts';
import { Search, type SearchOutcome } from './search.ts';
import { type Settings, settingsOf } from './settings.ts';
import { timeLimit } from './time-limit.ts';

/** Options of an exploration in the calling thread. */
export interface LocalOptions extends Omit<ExploreOptions, 'strategy'> {
  /** A built-in strategy by name, or a function that makes one's own. */
  readonly strategy?: string | StrategyFactory;
  /** File the scenario comes from, as schedule texts should name it. */
  readonly file?: string;
  /** Asked before every schedule; true ends the search. */
  readonly isStopped?: () => boolean;
}

/** Explores a program in this thread and says what was found. Example: see the package README. */
export function explore(program: Program, options: LocalOptions = {}): ExploreResult {
  const { strategy, file = '', isStopped, ...rest } = options;
  const factory = typeof strategy === 'function' ? strategy : undefined;
  const settings = settingsOf(typeof strategy === 'string' ? { ...rest, strategy } : rest, factory);
  const started = process.cpuUsage();
  const isOver = timeLimit(settings.timeLimitSeconds);
  const search = new Search(program, settings);
  const outcome = search.run({
    from: 0,
    to: settings.schedules,
    isStopped: () => isStopped?.() === true || isOver(),
  });
  const examiner = new Examiner(search.execution, program, file, settings.shrink);
  const findings = outcome.findings.map((raw) => examiner.examine(raw));
  const raceFinding = findings.length === 0 ? firstRace(outcome.races) : null;
  if (raceFinding !== null)
    findings.push(examiner.examineRace(raceFinding, laneName(settings.strategy, raceFinding.index)));
  const used = process.cpuUsage(started);
  return assemble(program.name, settings, outcome, findings, (used.user + used.system) / 1e6);
}

/** The race that was seen first. */
export function firstRace(races: readonly RaceFinding[]): RaceFinding | null {
  let first: RaceFinding | null = null;
  for (const race of races) if (first === null || race.index < first.index) first = race;
  return first;
}

/** Puts together the result of a search and its examined findings (the primary one first). */
export function assemble(
  scenario: string,
  settings: Settings,
  outcome: SearchOutcome,
  findings: readonly Finding[],
  cpuSeconds: number,
  notes: readonly string[] = [],
): ExploreResult {
  const finding = findings.length === 0 ? null : findings[0];
  const { strategy, seed, preemptions } = settings;
  const races: Race[] = outcome.races.map((found) => found.race).sort(bySighting);
  const verdict = verdictOf(finding, outcome);
  const isFailure = finding !== null && finding.verdict !== 'data-race';
  const stoppedEarly = isFailure && !settings.keepGoing ? finding.scheduleNumber : outcome.schedules;
  return {
    scenario,
    verdict,
    message: finding?.message ?? silence(verdict),
    races,
    schedules: stoppedEarly,
    steps: outcome.steps,
    classes: null,
    complete: outcome.exhaustedAt !== null,
    bound: preemptions,
    strategy: finding === null ? nameOf(strategy) : finding.strategy,
    seed,
    schedule: finding?.schedule ?? null,
    contextSwitches: finding?.contextSwitches ?? null,
    preemptions: finding?.preemptions ?? null,
    strands: finding?.strands ?? [],
    trace: finding?.trace ?? [],
    options: optionsOf(settings, outcome),
    cpuSeconds,
    finding,
    findings,
    notes: [...notesOf(verdict, settings, outcome), ...notes],
  };
}

function verdictOf(finding: Finding | null, outcome: SearchOutcome): Verdict {
  if (finding !== null) return finding.verdict;
  if (!outcome.isConcurrent && outcome.schedules > 0) return 'nothing-concurrent';
  return outcome.exhaustedAt === null ? 'none' : 'proved';
}

function silence(verdict: Verdict): string {
  if (verdict === 'nothing-concurrent')
    return 'no two threads touched one shared object: nothing concurrent was tested';
  return verdict === 'proved' ? 'every schedule was run and none failed' : 'no schedule that was run failed';
}

function notesOf(verdict: Verdict, settings: Settings, outcome: SearchOutcome): string[] {
  const notes: string[] = [];
  if (verdict === 'proved') {
    const within = outcome.cut ? ` with at most ${settings.preemptions} preemptions` : '';
    notes.push(
      `every interleaving${within} of the operations was run; JavaScript variables that threads share ` +
        "outside the scenario's objects are invisible to the explorer",
    );
  }
  if (outcome.isUnfair && outcome.exhaustedAt === null) {
    notes.push(
      'the depth-first search let loops that wait go round a limited number of times, so it proves ' +
        'nothing: wait by s.waitUntil() where it is to prove something',
    );
  }
  if (outcome.stoppedAt !== null)
    notes.push(`the search was stopped before schedule ${outcome.stoppedAt + 1}`);
  return notes;
}

function nameOf(strategy: Settings['strategy']): string {
  return typeof strategy === 'function' ? 'custom' : strategy;
}

function optionsOf(settings: Settings, { machine }: SearchOutcome): UsedOptions {
  const { strategy, preemptions, timeLimitSeconds, ...rest } = settings;
  return {
    ...rest,
    strategy: nameOf(strategy),
    ...(preemptions === null ? {} : { preemptions }),
    ...(timeLimitSeconds === null ? {} : { timeLimitSeconds }),
    ...(machine === null ? {} : { machine }),
  };
}

function bySighting(a: Race, b: Race): number {
  if (a.schedule !== b.schedule) return a.schedule - b.schedule;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
