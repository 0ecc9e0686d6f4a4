/**
 * Owns the data races found so far, one per pair of source sites. The search sees races as numbers; the sites
 * come from running the schedule again with stacks on, which is done for new kinds of race only. What is
 * collected for a range of schedules depends on that range alone, so any number of workers gives the same
 * races.
 */
import type { RaceAccesses } from '../detect/race-detector.ts';
import { mix } from '../engine/hash.ts';
import type { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import { withDeepStacks } from '../examine/deep-stacks.ts';
import { siteOf } from '../examine/site.ts';
import { TraceObserver, type TraceRow } from '../examine/trace-observer.ts';
import type { Race, RaceSide } from '../report/result.ts';
import { Replay } from '../strategies/replay.ts';

/**
 * Sightings of one kind of race (same words and strands) that may bring nothing new before it is left alone.
 */
const PATIENCE = 3;
/** The same for all races on one word, whatever strands: a hundred threads make thousands of pairs. */
const WORD_PATIENCE = 40;

/** A race with what is needed to show it. */
export interface RaceFinding {
  /** Equal for two sightings of one race: the object, the operations and their source lines. */
  readonly key: string;
  readonly race: Race;
  readonly index: number;
  readonly decisions: Int32Array;
  readonly accesses: RaceAccesses;
}

export class RaceCollector {
  readonly found = new Map<string, RaceFinding>();
  readonly #stale = new Map<number, number>();
  readonly #seen = new Set<number>();

  constructor(
    readonly execution: Execution,
    readonly program: Program,
  ) {}

  /** Forgets which races were sighted: the start of a range of schedules. */
  startRange(): void {
    this.#stale.clear();
    this.#seen.clear();
    this.found.clear();
  }

  /** Looks at the races of the run that has just ended; may use the execution for another run. */
  collect(index: number): void {
    const fresh = this.execution.racesSeen.races.filter((race) => this.#isFresh(race));
    if (fresh.length === 0) return;
    const { execution } = this;
    const decisions = execution.recorder.takeDecisions();
    const replay = new Replay(decisions);
    replay.begin();
    const observer = new TraceObserver(execution);
    execution.observer = observer;
    withDeepStacks(() => execution.execute(this.program, replay));
    execution.observer = null;
    for (const accesses of fresh) {
      const race = describeRace(execution, observer, accesses, index);
      const key = [race.object.replace(/\d+/g, '#'), ...[keyOf(race.first), keyOf(race.second)].sort()].join(
        '|',
      );
      const kind = kindKey(accesses);
      const word = wordKey(accesses);
      if (this.found.has(key)) {
        this.#stale.set(kind, (this.#stale.get(kind) ?? 0) + 1);
        this.#stale.set(word, (this.#stale.get(word) ?? 0) + 1);
      } else this.found.set(key, { key, race, index, decisions, accesses });
    }
  }

  #isFresh(race: RaceAccesses): boolean {
    const kind = kindKey(race);
    if ((this.#stale.get(kind) ?? 0) >= PATIENCE) return false;
    if ((this.#stale.get(wordKey(race)) ?? 0) >= WORD_PATIENCE) return false;
    const exact = mix(mix(kind, race.firstStep), race.secondStep);
    if (this.#seen.has(exact)) return false;
    this.#seen.add(exact);
    return true;
  }
}

function kindKey(race: RaceAccesses): number {
  const writes = (race.firstWrites ? 1 : 0) + (race.secondWrites ? 2 : 0);
  return mix(mix(mix(mix(0x811c9dc5, race.location), race.firstStrand), race.secondStrand), writes);
}

function wordKey({ location, firstWrites, secondWrites }: RaceAccesses): number {
  return mix(mix(0x2545f491, location), (firstWrites ? 1 : 0) + (secondWrites ? 2 : 0));
}

function keyOf(side: RaceSide): string {
  return side.at === null ? `${side.strand} ${side.op}` : `${side.op} ${side.at}`;
}

/** The race in words, from a watched run of its schedule. */
export function describeRace(
  execution: Execution,
  observer: TraceObserver,
  accesses: RaceAccesses,
  index: number,
): Race {
  const { location, firstStrand, firstStep, secondStrand, secondStep } = accesses;
  const first = rowOf(observer, firstStrand, firstStep, location, accesses.firstWrites);
  const second = rowOf(observer, secondStrand, secondStep, location, accesses.secondWrites);
  return {
    object: first?.object ?? second?.object ?? `word ${location}`,
    first: sideOf(execution, firstStrand, first, accesses.firstWrites),
    second: sideOf(execution, secondStrand, second, accesses.secondWrites),
    schedule: index + 1,
  };
}

function rowOf(
  observer: TraceObserver,
  strand: number,
  step: number,
  location: number,
  writes: boolean,
): TraceRow | undefined {
  const rows = observer.rows.filter((row) => row.strand === strand && row.ownStep === step);
  return rows.find((row) => row.location === location && (row.op === 'write') === writes) ?? rows[0];
}

function sideOf(execution: Execution, strand: number, row: TraceRow | undefined, writes: boolean): RaceSide {
  return {
    strand: execution.strands[strand].path,
    op: opOf(execution, strand, row, writes),
    at: siteOf(row?.stack ?? null),
    holding: row?.holding ?? [],
  };
}

/**
 * What the strand did: a machine's plain read has no operation of its own, but nobody there calls it a peek.
 */
function opOf(execution: Execution, strand: number, row: TraceRow | undefined, writes: boolean): string {
  const isMachine = execution.strands[strand].thread === null;
  if (row === undefined || (row.op === 'peek' && isMachine)) return writes ? 'write' : 'read';
  return row.op;
}
