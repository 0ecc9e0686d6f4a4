/**
 * Owns the way from a failing schedule to a finding a person can read: shrinks it, runs it once more with
 * sites and a detailed trace, and writes it down as replayable text.
 */
import {
  fingerprintOf,
  type ScheduleRecord,
  ScheduleError,
  writeSchedule,
} from '../campaign/schedule-text.ts';
import { machineOptionsOf } from '../campaign/machine-options.ts';
import { describeRace, type RaceFinding } from '../campaign/race-collector.ts';
import type { RawFinding } from '../campaign/search.ts';
import type { RaceAccesses } from '../detect/race-detector.ts';
import type { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import type { Failure, Verdict } from '../engine/verdict.ts';
import { STACK_MARK } from '../objects/heap.ts';
import type { Finding, Race } from '../report/result.ts';
import { Replay } from '../strategies/replay.ts';
import { withDeepStacks } from './deep-stacks.ts';
import { type SameFailure, Shrinker } from './shrink.ts';
import { siteOf } from './site.ts';
import { traceHash } from './trace-hash.ts';
import { TraceObserver } from './trace-observer.ts';

/** Verdicts whose run was cut: what matters of their schedule is how it begins. */
const CUT_VERDICTS: ReadonlySet<Verdict> = new Set(['livelock', 'step-limit']);

/** What a replay showed. */
export interface Replayed {
  readonly finding: Finding | null;
  readonly races: readonly Race[];
  readonly steps: number;
}

export class Examiner {
  constructor(
    readonly execution: Execution,
    readonly program: Program,
    /** As it goes into schedule texts. */
    readonly file: string,
    readonly shrinks: boolean,
  ) {}

  /** A finding of a failure. */
  examine(raw: RawFinding): Finding {
    const { failure } = raw;
    if (failure.verdict === 'nondeterminism') return this.#unrepeatable(raw);
    const isSame: SameFailure = (execution) => execution.failure?.place === failure.place;
    return this.#finding(raw.decisions, isSame, failure.verdict, raw.index, raw.strategy);
  }

  /** A finding of a data race, for when nothing else was found. */
  examineRace(found: RaceFinding, strategy: string): Finding {
    const { accesses } = found;
    const isSame: SameFailure = (execution) =>
      execution.failure === null && execution.racesSeen.races.some((race) => sameRace(race, accesses));
    return this.#finding(found.decisions, isSame, 'data-race', found.index, strategy, found.race);
  }

  /** Runs a recorded schedule exactly; throws ScheduleError if it does not fit the program any more. */
  replay(record: ScheduleRecord): Replayed {
    const { execution } = this;
    const replay = new Replay(record.decisions);
    const observer = this.#watch(replay);
    const { failure } = execution;
    const shape = traceHash(execution, false);
    const isCut = failure !== null && CUT_VERDICTS.has(failure.verdict);
    if (replay.mismatch !== null || (shape !== record.shape && !isCut)) {
      const why = replay.mismatch ?? 'its steps are not those that were recorded';
      throw new ScheduleError(
        `the schedule does not fit scenario "${this.program.name}" as it is now: ${why}. ` +
          'The scenario was changed since, or is not deterministic; explore it again',
      );
    }
    const races = execution.racesSeen.races.map((race) => describeRace(execution, observer, race, 0));
    const shown = failure ?? (races.length === 0 ? null : raceFailure(races[0]));
    const finding =
      shown === null
        ? null
        : this.#describe(shown, observer, record.decisions, 0, 'replay', observer.contextSwitches);
    return { finding, races, steps: execution.steps };
  }

  #finding(
    decisions: Int32Array,
    isSame: SameFailure,
    verdict: Verdict,
    index: number,
    strategy: string,
    race?: Race,
  ): Finding {
    const shrinker = new Shrinker(this.execution, this.program, isSame);
    const start = new Replay(decisions);
    start.begin();
    const original = shrinker.measure(start);
    let shortest: ArrayLike<number> = decisions;
    if (original !== null && this.shrinks) {
      shortest = CUT_VERDICTS.has(verdict)
        ? this.#beginning(decisions, isSame)
        : shrinker.shrink(original).decisions;
    }
    const observer = this.#watch(new Replay(shortest));
    const failure = this.execution.failure ?? raceFailure(race);
    const before = original?.contextSwitches ?? observer.contextSwitches;
    return this.#describe(failure, observer, shortest, index, strategy, before);
  }

  /** The shortest beginning of the decisions after which going on fairly still ends in the same verdict. */
  #beginning(decisions: Int32Array, isSame: SameFailure): Int32Array {
    for (const length of [0, 4, 16, 64, 256, 1024, 4096]) {
      if (length >= decisions.length) break;
      const prefix = decisions.slice(0, length);
      const replay = new Replay(prefix);
      replay.begin();
      this.execution.execute(this.program, replay);
      if (isSame(this.execution)) return prefix;
    }
    return decisions;
  }

  #watch(replay: Replay): TraceObserver {
    const { execution } = this;
    replay.begin();
    const observer = new TraceObserver(execution);
    execution.observer = observer;
    withDeepStacks(() => execution.execute(this.program, replay));
    observer.finish();
    execution.observer = null;
    return observer;
  }

  #describe(
    failure: Failure,
    observer: TraceObserver,
    decisions: ArrayLike<number>,
    index: number,
    strategy: string,
    originalContextSwitches: number,
  ): Finding {
    const { execution } = this;
    return {
      verdict: failure.verdict,
      message: failure.message,
      details: failure.details.map(resolveStacks),
      strand: failure.strand,
      at: siteOf(failure.stack),
      scheduleNumber: index + 1,
      strategy,
      schedule: this.#text(decisions),
      contextSwitches: observer.contextSwitches,
      preemptions: observer.preemptions,
      originalContextSwitches,
      strands: byGroup(execution),
      trace: observer.steps(),
      explanation: null,
      traceHash: traceHash(execution),
    };
  }

  /** The text of the decisions of the run that has just ended. */
  #text(decisions: ArrayLike<number>): string {
    const { program, file, execution } = this;
    return writeSchedule({
      scenario: program.name,
      file,
      fingerprint: fingerprintOf(program.name, execution.maxSteps, machineOptionsOf(program)),
      shape: traceHash(execution, false),
      maxSteps: execution.maxSteps,
      decisions,
      ...(program.asSeed && { asSeed: program.asSeed }),
    });
  }

  /** A scenario that goes its own way has no trace worth showing beyond what was seen. */
  #unrepeatable(raw: RawFinding): Finding {
    const observer = this.#watch(new Replay(raw.decisions));
    return this.#describe(
      raw.failure,
      observer,
      raw.decisions,
      raw.index,
      raw.strategy,
      observer.contextSwitches,
    );
  }
}

/** Paths of the strands, by age, but those of one group (a CPU) together where its oldest is. */
function byGroup({ strands, strandCount }: Execution): string[] {
  const groups = new Map<number, string[]>();
  for (const { group, path } of strands.slice(0, strandCount)) {
    const paths = groups.get(group);
    if (paths === undefined) groups.set(group, [path]);
    else paths.push(path);
  }
  return [...groups.values()].flat();
}

function sameRace(a: RaceAccesses, b: RaceAccesses): boolean {
  return (
    a.location === b.location &&
    a.firstStrand === b.firstStrand &&
    a.secondStrand === b.secondStrand &&
    a.firstWrites === b.firstWrites &&
    a.secondWrites === b.secondWrites
  );
}

function raceFailure(race: Race | undefined): Failure {
  const first = race === undefined ? '' : `${race.first.strand}'s ${race.first.op}`;
  const second = race === undefined ? '' : `${race.second.strand}'s ${race.second.op}`;
  return {
    verdict: 'data-race',
    message:
      race === undefined
        ? 'two accesses that nothing orders'
        : `nothing orders ${first} and ${second} of ${race.object}`,
    strand: null,
    stack: null,
    place: 'data-race',
    details: [],
  };
}

/** Turns the stacks inside a detail line into source lines. */
function resolveStacks(line: string): string {
  const parts = line.split(STACK_MARK);
  return parts.map((part, i) => (i % 2 === 0 ? part : ` at ${siteOf(part) ?? 'an unknown place'}`)).join('');
}
