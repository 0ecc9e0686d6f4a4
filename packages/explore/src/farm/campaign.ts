/**
 * Owns one exploration on a farm: deals pieces of work to the workers, deals with those that hang or die, and
 * puts the result together so that it is the same for any number of workers. Runs on the main thread.
 */
import { assemble, firstRace } from '../campaign/explore.ts';
import { type Lane, lanesOf } from '../campaign/lanes.ts';
import { fingerprintOf, InputError, writeSchedule } from '../campaign/schedule-text.ts';
import type { RaceFinding } from '../campaign/race-collector.ts';
import { emptyOutcome, type RawFinding, type SearchOutcome } from '../campaign/search.ts';
import type { Settings } from '../campaign/settings.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { ExploreResult, Finding, MachineOptions } from '../report/result.ts';
import { Control, PHASE_LOADING } from './control.ts';
import type { ScenarioTarget } from './load.ts';
import { nowhere } from './locate.ts';
import { type Done, folded, merge } from './merge.ts';
import { type Pool, WorkerDied, WorkerHung, type Snapshot } from './pool.ts';
import { type Piece, piecesOf } from './ranges.ts';
import type { Answer, Location } from './task.ts';

/** Findings that are examined with keepGoing. */
const MAXIMUM_EXAMINED = 20;

/** Schedules that may hang or kill their worker before a search with keepGoing is given up. */
const MAXIMUM_BROKEN = 3;

export class Campaign {
  readonly control = new Control().start();
  readonly #lanes: readonly Lane[];
  readonly #done: Done[] = [];
  readonly #notes: string[] = [];
  /** As far as looking for a schedule that hung has told. */
  #machine: MachineOptions | null = null;
  /** A sequential lane is under way, or ended the search: in the middle of any piece of the others. */
  #mayEndAnywhere: boolean;
  /** Findings about runs that no worker can finish, and what is known of them. */
  readonly #broken: { readonly raw: RawFinding; readonly finding: Finding }[] = [];

  constructor(
    readonly pool: Pool,
    readonly target: ScenarioTarget,
    readonly settings: Settings,
    readonly workers: number,
  ) {
    this.#lanes = lanesOf(settings.strategy);
    this.#mayEndAnywhere = this.#lanes.some((lane) => lane.isSequential);
  }

  async run(): Promise<ExploreResult> {
    const started = process.cpuUsage();
    const pieces = piecesOf(this.settings.schedules, this.#lanes);
    // The first piece alone, on the worker that has the file loaded: an easy bug needs no further workers.
    if (!this.control.isStopped) await this.#next(pieces);
    await Promise.all(Array.from({ length: this.workers }, () => this.#pump(pieces)));
    this.#noteRest(pieces);
    const extra = this.#broken.map(({ raw }) => raw);
    const outcome = merge(this.#done, extra, this.#lanes, this.settings);
    outcome.machine ??= this.#machine;
    const findings = await this.#examine(outcome);
    const used = process.cpuUsage(started);
    const cpuSeconds = (used.user + used.system) / 1e6;
    return assemble(this.target.name, this.settings, outcome, findings, cpuSeconds, this.#notes);
  }

  /** One worker's worth of work: pieces one after the other while there are any. */
  async #pump(pieces: Generator<Piece>): Promise<void> {
    let more = true;
    while (more && !this.control.isStopped) more = await this.#next(pieces);
  }

  /** Runs the next piece, unless it lies beyond the end; false if there is none. */
  async #next(pieces: Generator<Piece>): Promise<boolean> {
    const next = pieces.next();
    if (next.done === true) return false;
    if (next.value.from < this.control.limit) await this.#search(next.value, 0);
    return true;
  }

  /** A stop may leave pieces that were never begun: the result says where they start. */
  #noteRest(pieces: Generator<Piece>): void {
    const rest = this.control.isStopped ? pieces.next() : undefined;
    if (rest === undefined || rest.done === true) return;
    this.#done.push({ piece: rest.value, outcome: { ...emptyOutcome(), stoppedAt: rest.value.from } });
  }

  async #search(piece: Piece, deaths: number): Promise<void> {
    const { target, settings } = this;
    if (piece.from >= piece.to) return;
    try {
      const answer = await this.pool.run(this.control, { kind: 'search', target, settings, ...piece });
      if (answer.kind === 'search') this.#keep(piece, answer.outcome);
    } catch (error) {
      if (error instanceof WorkerHung) await this.#hung(piece, error.snapshot);
      else if (error instanceof WorkerDied) await this.#died(piece, error, deaths);
      else {
        this.control.stop();
        throw error;
      }
    }
  }

  #keep(piece: Piece, outcome: SearchOutcome): void {
    const isRaceOver = this.settings.stopOnRace && outcome.races.length > 0;
    const endsNothing = outcome.exhaustedAt === null && outcome.findings.length === 0 && !isRaceOver;
    if (piece.sequential && endsNothing) this.#mayEndAnywhere = false;
    const done = { piece, outcome };
    this.#done.push(this.#mayEndAnywhere ? done : folded(done));
    const { keepGoing, stopOnRace } = this.settings;
    if (outcome.exhaustedAt !== null) this.control.limitTo(outcome.exhaustedAt + 1);
    if (!keepGoing) for (const { index } of outcome.findings) this.control.limitTo(index + 1);
    if (stopOnRace) for (const { index } of outcome.races) this.control.limitTo(index + 1);
  }

  async #hung(piece: Piece, snapshot: Snapshot): Promise<void> {
    const seconds = this.pool.watchdogSeconds;
    if (snapshot.phase === PHASE_LOADING) {
      throw new InputError(
        `${this.target.file} did not finish loading within ${seconds} s: does it loop for ever?`,
      );
    }
    const location = await this.#locate(snapshot);
    const after = location.after === null ? 'from its start' : `after ${location.after}`;
    const message =
      `${location.strand} ran for ${seconds} s without reaching an operation, ${after}` +
      `${location.at === null ? '' : ` at ${location.at}`}: a loop that waits must contain a yield*`;
    await this.#breakOff(piece, snapshot.schedule, 'scenario-misuse', message, location);
  }

  async #died(piece: Piece, error: WorkerDied, deaths: number): Promise<void> {
    const { snapshot } = error;
    if (snapshot === null || snapshot.phase === PHASE_LOADING) {
      throw new InputError(
        `${this.target.file} ended its worker thread while it was loaded: ${error.message}`,
      );
    }
    if (deaths === 0) {
      this.#notes.push(
        `a worker thread died in ${scheduleName(snapshot.schedule)} (${error.message}); ` +
          'it was restarted and its schedules were run again',
      );
      await this.#search(piece, 1);
      return;
    }
    const location = await this.#locate(snapshot);
    const message = `the worker thread that ran ${location.strand} died: ${error.message}`;
    await this.#breakOff(piece, snapshot.schedule, 'panic', message, location);
  }

  /** Records a finding for a schedule that cannot be finished, and runs the others of its piece. */
  async #breakOff(
    piece: Piece,
    index: number,
    verdict: Verdict,
    message: string,
    location: Location,
  ): Promise<void> {
    const { strategy, decisions } = location;
    const failure = {
      verdict,
      message,
      strand: location.strand,
      stack: null,
      place: `${verdict}|${location.strand}|`,
      details: [],
    };
    const isProfile = index < 0;
    this.#broken.push({
      raw: { index: Math.max(0, index), strategy, failure, decisions },
      finding: this.#unfinished(Math.max(0, index), location, verdict, message),
    });
    // Without a profile no schedule can be run at all.
    if (isProfile) this.control.limitTo(0);
    if (isProfile) return;
    const { keepGoing } = this.settings;
    if (!keepGoing) this.control.limitTo(index + 1);
    await this.#search({ ...piece, to: index }, 0);
    if (!keepGoing) return;
    if (this.#broken.length >= MAXIMUM_BROKEN) {
      this.#notes.push(`the search was given up: ${MAXIMUM_BROKEN} schedules hung or killed their worker`);
      this.control.stop();
    } else if (piece.sequential) {
      this.#notes.push(
        `the depth-first search was given up at schedule ${index + 1}, which could not be finished`,
      );
    } else await this.#search({ ...piece, from: index + 1 }, 0);
  }

  async #locate(snapshot: Snapshot): Promise<Location> {
    const { target, settings } = this;
    try {
      const { schedule, step } = snapshot;
      const answer = await this.pool.run(this.control, {
        kind: 'locate',
        target,
        settings,
        index: schedule,
        step,
      });
      if (answer.kind !== 'locate') return nowhere(null);
      this.#machine = answer.location.machine;
      return answer.location;
    } catch (error) {
      if (error instanceof WorkerHung || error instanceof WorkerDied) return nowhere(null);
      throw error;
    }
  }

  #unfinished(index: number, location: Location, verdict: Verdict, message: string): Finding {
    const { name, file, asSeed } = this.target;
    const seeded = asSeed && { asSeed };
    const { maxSteps } = this.settings;
    const { decisions, strategy, strand, at, machine } = location;
    const fingerprint = fingerprintOf(name, maxSteps, machine);
    return {
      verdict,
      message,
      details: [],
      strand,
      at,
      scheduleNumber: index + 1,
      strategy,
      schedule: writeSchedule({
        scenario: name,
        file,
        fingerprint,
        shape: '',
        maxSteps,
        decisions,
        ...seeded,
      }),
      contextSwitches: 0,
      preemptions: 0,
      originalContextSwitches: 0,
      strands: [],
      trace: [],
      explanation: null,
      traceHash: '',
    };
  }

  async #examine(outcome: SearchOutcome): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const raw of outcome.findings.slice(0, MAXIMUM_EXAMINED)) {
      const known = this.#broken.find((broken) => broken.raw === raw);
      findings.push(known?.finding ?? (await this.#examineOne(raw, null, outcome.machine)));
    }
    const race = findings.length === 0 ? firstRace(outcome.races) : null;
    if (race !== null) findings.push(await this.#examineOne(null, race, outcome.machine));
    return findings;
  }

  async #examineOne(
    raw: RawFinding | null,
    race: RaceFinding | null,
    machine: MachineOptions | null,
  ): Promise<Finding> {
    const { target, settings } = this;
    let answer: Answer;
    try {
      answer = await this.pool.run(this.control, { kind: 'examine', target, settings, raw, race });
    } catch (error) {
      if (!(error instanceof WorkerHung) && !(error instanceof WorkerDied)) throw error;
      this.#notes.push(
        'the finding could not be examined: its worker hung or died while shortening the schedule',
      );
      const index = raw?.index ?? race?.index ?? 0;
      const decisions = raw?.decisions ?? race?.decisions ?? new Int32Array(0);
      const location = {
        strand: raw?.failure.strand ?? 'main',
        after: null,
        at: null,
        decisions,
        strategy: raw?.strategy ?? '',
        machine,
      };
      return this.#unfinished(
        index,
        location,
        raw?.failure.verdict ?? 'data-race',
        raw?.failure.message ?? 'data race',
      );
    }
    if (answer.kind !== 'examine') throw new Error(`unexpected answer ${answer.kind}`);
    return answer.finding;
  }
}

function scheduleName(index: number): string {
  return index < 0 ? 'a profiling run' : `schedule ${index + 1}`;
}
