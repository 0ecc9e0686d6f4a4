/**
 * Owns the search of one scenario on one thread: runs schedules by number, collects failures, races, and
 * whether the space was exhausted. What it reports for a range of schedules depends on that range, the
 * scenario and the settings alone.
 */
import { stateHash } from '../detect/livelock.ts';
import { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import { kindOf } from '../engine/operation.ts';
import { TRACE_WORDS } from '../engine/recorder.ts';
import type { Strategy } from '../engine/strategy.ts';
import type { Failure } from '../engine/verdict.ts';
import { traceHash } from '../examine/trace-hash.ts';
import { Replay } from '../strategies/replay.ts';
import { profileOf } from '../strategies/profiler.ts';
import { ConcurrencyCheck } from './concurrency-check.ts';
import type { MachineOptions } from '../report/result.ts';
import { LaneStrategies } from './lanes.ts';
import { machineOptionsOf } from './machine-options.ts';
import { RaceCollector, type RaceFinding } from './race-collector.ts';
import type { Settings } from './settings.ts';

/** Distinct failures kept with keepGoing. */
const MAXIMUM_FINDINGS = 50;

/**
 * Schedules that are run twice to see whether they go the same way: the first few, every so manieth, and all
 * that fail.
 */
const ALWAYS_REPEATED = 5;
const REPEAT_EVERY = 128;

/** One run, as far as another run of its schedule must agree with it. */
interface Snapshot {
  readonly decisions: Int32Array;
  readonly trace: Int32Array;
  readonly hash: string;
  readonly state: number;
  readonly paths: readonly string[];
  readonly failure: Failure | null;
}

/** A failing schedule as found. */
export interface RawFinding {
  /** Number of the schedule, from 0. */
  readonly index: number;
  readonly strategy: string;
  readonly failure: Failure;
  readonly decisions: Int32Array;
}

/** What running some schedules gave. */
export interface SearchOutcome {
  readonly findings: readonly RawFinding[];
  readonly races: readonly RaceFinding[];
  schedules: number;
  steps: number;
  /** Steps of each schedule of the range, in order; -1 for one that its strategy had no run for. */
  readonly stepsOfEach: ArrayLike<number>;
  /** Number of the schedule with which the whole space was covered; null if it was not. */
  exhaustedAt: number | null;
  /** A bound cut alternatives away. */
  cut: boolean;
  /** An exhaustive search had to force fairness: it covers nothing. */
  isUnfair: boolean;
  isConcurrent: boolean;
  /** Number of the schedule before which the search was told to stop; null if it went through. */
  stoppedAt: number | null;
  /** How the machine of the program was built; null for a plain scenario, and where nothing was run. */
  machine: MachineOptions | null;
}

/** What running no schedule gives. */
export function emptyOutcome(): SearchOutcome {
  return {
    findings: [],
    races: [],
    schedules: 0,
    steps: 0,
    stepsOfEach: [],
    exhaustedAt: null,
    cut: false,
    isUnfair: false,
    isConcurrent: false,
    stoppedAt: null,
    machine: null,
  };
}

/** Which schedules to run, and when to give up. */
export interface SearchRange {
  readonly from: number;
  /** First number not to run. */
  readonly to: number;
  /** Only the schedules of sequential lanes (true), only the others (false), or all (undefined). */
  readonly sequential?: boolean;
  /** Asked before every schedule; true ends the search there. */
  readonly isStopped?: (index: number) => boolean;
  /** Keep the steps of each schedule, for who merges ranges; millions of them are not kept for nothing. */
  readonly keepsSteps?: boolean;
  /** Told after every schedule. */
  readonly onSchedule?: (index: number, steps: number) => void;
}

export class Search {
  readonly execution: Execution;
  readonly #lanes: LaneStrategies;
  readonly #races: RaceCollector;
  readonly #concurrency: ConcurrencyCheck;
  /** The first run of this search. */
  #first: Snapshot | null = null;

  constructor(
    readonly program: Program,
    readonly settings: Settings,
    heartbeat: Int32Array | null = null,
    onProfile?: (run: number) => void,
  ) {
    const { maxSteps, races, seed, depth, preemptions } = settings;
    this.execution = new Execution({ maxSteps, races });
    this.execution.heartbeat = heartbeat;
    this.#races = new RaceCollector(this.execution, program);
    this.#concurrency = new ConcurrencyCheck(this.execution);
    this.execution.observer = this.#concurrency;
    const profile = profileOf(this.execution, program, seed, onProfile);
    this.execution.observer = null;
    // Without plain memory nothing can race, and clocks would be kept for nothing.
    this.execution.racesOn = races && this.execution.hasPlainMemory;
    this.#lanes = new LaneStrategies(
      settings.strategy,
      { seed, depth, preemptions: preemptions ?? undefined },
      profile,
    );
  }

  /** The strategy of a schedule, begun; of a sequential lane, after running what comes before it. */
  strategyAt(index: number): Strategy {
    const strategy = this.#lanes.at(index);
    const isSequential = this.#lanes.lanes[index % this.#lanes.lanes.length].isSequential;
    for (let own = isSequential ? 0 : this.#lanes.own(index); own < this.#lanes.own(index); own++) {
      strategy.begin(own);
      this.execution.execute(this.program, strategy);
    }
    strategy.begin(this.#lanes.own(index));
    return strategy;
  }

  /** Runs the schedules of a range in order. */
  run(range: SearchRange): SearchOutcome {
    const { execution, program, settings } = this;
    const findings: RawFinding[] = [];
    const stepsOfEach: number[] = [];
    const machine = machineOptionsOf(program);
    const outcome: SearchOutcome = { ...emptyOutcome(), findings, stepsOfEach, machine };
    this.#races.startRange();
    const places = new Set<string>();
    for (let index = range.from; index < range.to; index++) {
      const lane = this.#lanes.lanes[index % this.#lanes.lanes.length];
      if (range.sequential !== undefined && lane.isSequential !== range.sequential) continue;
      if (range.isStopped?.(index) === true) {
        outcome.stoppedAt = index;
        break;
      }
      const strategy = this.#lanes.at(index);
      if (!strategy.begin(this.#lanes.own(index))) {
        if (strategy.complete === true) outcome.exhaustedAt = index;
        if (strategy.complete === true || this.#lanes.lanes.length === 1) break;
        if (range.keepsSteps === true) stepsOfEach.push(-1);
        continue;
      }
      execution.observer = this.#concurrency.isConcurrent ? null : this.#concurrency;
      execution.execute(program, strategy);
      if (settings.races && !execution.racesOn && execution.hasPlainMemory) this.#startClocks();
      execution.observer = null;
      const { steps } = execution;
      outcome.schedules++;
      outcome.steps += steps;
      if (range.keepsSteps === true) stepsOfEach.push(steps);
      this.#first ??= this.#snapshot();
      const finding = this.#judge(index, strategy) ?? this.#recheck(index, strategy);
      if (finding !== null && !places.has(finding.failure.place) && places.size < MAXIMUM_FINDINGS) {
        places.add(finding.failure.place);
        findings.push(finding);
      }
      range.onSchedule?.(index, steps);
      const isRace = settings.stopOnRace && this.#races.found.size > 0;
      if ((finding !== null && !settings.keepGoing) || isRace) break;
      if (strategy.isUnfair === true) outcome.isUnfair = true;
      if (strategy.complete === true) {
        if (finding?.failure.verdict !== 'nondeterminism') outcome.exhaustedAt = index;
        outcome.cut = strategy.cut === true;
        break;
      }
    }
    outcome.isConcurrent = this.#concurrency.isConcurrent;
    return { ...outcome, races: [...this.#races.found.values()] };
  }

  /**
   * The whole space was run: the first schedule must still go the way it went, or what was covered was never
   * one space.
   */
  #recheck(index: number, strategy: Strategy): RawFinding | null {
    if (strategy.complete !== true || this.#first === null) return null;
    const failure = this.#repeat(this.#first);
    return failure === null
      ? null
      : { index, strategy: strategy.name, failure, decisions: this.#first.decisions };
  }

  /** What the run that has just ended shows; collects its races. */
  #judge(index: number, strategy: Strategy): RawFinding | null {
    const { execution } = this;
    const { failure } = execution;
    const mustRepeat = index < ALWAYS_REPEATED || index % REPEAT_EVERY === 0 || strategy.diverged === true;
    const hasRaces = execution.racesSeen.races.length > 0;
    if (failure === null && !hasRaces && !mustRepeat) return null;
    const decisions = execution.recorder.takeDecisions();
    const { name } = strategy;
    let found: RawFinding | null = failure === null ? null : { index, strategy: name, failure, decisions };
    if (failure !== null || mustRepeat) {
      const difference = this.#repeat(this.#snapshot()) ?? divergence(strategy);
      if (difference !== null) found = { index, strategy: name, failure: difference, decisions };
    }
    if (hasRaces && found?.failure.verdict !== 'nondeterminism')
      this.#collectRaces(index, decisions, found !== null || mustRepeat);
    return found;
  }

  /**
   * The run that has just ended was the first to create plain memory: from now on clocks are kept, for it
   * too.
   */
  #startClocks(): void {
    this.execution.racesOn = true;
    this.#replay(this.execution.recorder.takeDecisions());
  }

  #collectRaces(index: number, decisions: Int32Array, wasRepeated: boolean): void {
    if (wasRepeated) this.#replay(decisions);
    this.#races.collect(index);
  }

  #replay(decisions: Int32Array): Replay {
    const replay = new Replay(decisions);
    replay.begin();
    this.execution.execute(this.program, replay);
    return replay;
  }

  /** The run that has just ended, for comparing another run of its schedule with it. */
  #snapshot(): Snapshot {
    const { execution } = this;
    const { recorder, failure } = execution;
    return {
      decisions: recorder.takeDecisions(),
      trace: recorder.trace.slice(0, recorder.traceLength),
      hash: traceHash(execution),
      state: failure === null ? stateHash(execution) : 0,
      paths: execution.paths(),
      failure,
    };
  }

  /** Runs the schedule again; a failure of verdict `nondeterminism` if it went another way. */
  #repeat({ decisions, trace, hash, state, paths, failure }: Snapshot): Failure | null {
    const { execution } = this;
    const replay = this.#replay(decisions);
    const again = execution.failure;
    const isSame = traceHash(execution) === hash && (failure !== null || stateHash(execution) === state);
    if (replay.mismatch === null && isSame && again?.place === failure?.place) return null;
    const details = [firstDifference(trace, paths, execution)];
    if (failure !== null) details.push(`the first run ended with ${failure.verdict}: ${failure.message}`);
    if (again !== null) details.push(`the second run ended with ${again.verdict}: ${again.message}`);
    return nondeterminism(details);
  }
}

/**
 * The failure of an exhaustive search that met other choices where it had been before; null if it did not.
 */
function divergence(strategy: Strategy): Failure | null {
  if (strategy.diverged !== true) return null;
  return nondeterminism(['the first steps of an earlier schedule, made again, led to other choices']);
}

/** The failure of a scenario that goes its own way. */
function nondeterminism(details: readonly string[]): Failure {
  return {
    verdict: 'nondeterminism',
    message:
      'one schedule, run twice, went two ways: something outside the shared objects decides what happens',
    strand: null,
    stack: null,
    place: 'nondeterminism||',
    details: [
      ...details,
      'keep everything a run changes inside the scenario body, and take no time or random numbers',
    ],
  };
}

/** In words, the first step in which two runs of one schedule differ. */
function firstDifference(trace: Int32Array, paths: readonly string[], second: Execution): string {
  const { recorder } = second;
  const other = recorder.trace;
  const length = Math.min(trace.length, recorder.traceLength);
  let at = 0;
  while (at < length && trace[at] === other[at]) at++;
  at -= at % TRACE_WORDS;
  const step = at / TRACE_WORDS + 1;
  const first = at < trace.length ? describe(trace, at, paths) : 'the end of the run';
  const then = at < recorder.traceLength ? describe(other, at, second.paths()) : 'the end of the run';
  return `step ${step} was ${first} the first time and ${then} the second time`;
}

function describe(trace: Int32Array, at: number, paths: readonly string[]): string {
  const label = kindOf(trace[at + 1])?.label ?? 'a step';
  return `${label} → ${trace[at + 3]} by ${paths[trace[at]] ?? 'another thread'}`;
}
