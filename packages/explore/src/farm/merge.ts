/**
 * Owns putting the outcomes of all pieces together as if the schedules had been run one after the other on
 * one thread: whatever lies beyond the schedule that ends such a search is left out.
 */
import type { Lane } from '../campaign/lanes.ts';
import type { RaceFinding } from '../campaign/race-collector.ts';
import type { RawFinding, SearchOutcome } from '../campaign/search.ts';
import type { Settings } from '../campaign/settings.ts';
import { type Piece, schedulesOf } from './ranges.ts';

/** A piece with what running it gave. */
export interface Done {
  readonly piece: Piece;
  readonly outcome: SearchOutcome;
}

/**
 * A piece whose schedules need not be told apart any more: no search can end in the middle of it. A campaign
 * of millions of schedules keeps its pieces so.
 */
export function folded(done: Done): Done {
  const { findings, races, exhaustedAt, stoppedAt } = done.outcome;
  const isPlain = findings.length === 0 && races.length === 0 && exhaustedAt === null && stoppedAt === null;
  return isPlain ? { ...done, outcome: { ...done.outcome, stepsOfEach: FOLDED } } : done;
}

const FOLDED: ArrayLike<number> = [];

/** The outcome of the campaign; `extra` are findings that no worker could report itself. */
export function merge(
  done: readonly Done[],
  extra: readonly RawFinding[],
  lanes: readonly Lane[],
  settings: Settings,
): SearchOutcome {
  const end = endOf(done, extra, settings);
  let schedules = 0;
  let steps = 0;
  for (const { piece, outcome } of done) {
    if (outcome.stepsOfEach === FOLDED) {
      schedules += piece.from > end ? 0 : outcome.schedules;
      steps += piece.from > end ? 0 : outcome.steps;
      continue;
    }
    let position = 0;
    for (const index of schedulesOf(piece, lanes)) {
      if (position >= outcome.stepsOfEach.length || index > end) break;
      const made = outcome.stepsOfEach[position++];
      if (made < 0) continue;
      schedules++;
      steps += made;
    }
  }
  const exhausted = done.find(({ outcome }) => outcome.exhaustedAt !== null && outcome.exhaustedAt <= end);
  const stops = done.flatMap(({ outcome }) =>
    outcome.stoppedAt === null || outcome.stoppedAt > end ? [] : [outcome.stoppedAt],
  );
  return {
    findings: findingsUpTo(end, done, extra),
    races: racesUpTo(end, done),
    schedules,
    steps,
    stepsOfEach: [],
    exhaustedAt: exhausted?.outcome.exhaustedAt ?? null,
    cut: exhausted?.outcome.cut ?? false,
    isUnfair: done.some(({ outcome }) => outcome.isUnfair),
    isConcurrent: done.some(({ outcome }) => outcome.isConcurrent),
    stoppedAt: stops.length === 0 ? null : Math.min(...stops),
    machine: done.find(({ outcome }) => outcome.machine !== null)?.outcome.machine ?? null,
  };
}

/** Number of the schedule that ends the search. */
function endOf(done: readonly Done[], extra: readonly RawFinding[], settings: Settings): number {
  const ends = done.flatMap(({ outcome }) => (outcome.exhaustedAt === null ? [] : [outcome.exhaustedAt]));
  if (!settings.keepGoing) ends.push(...extra.map((finding) => finding.index));
  for (const { outcome } of done) {
    if (!settings.keepGoing) ends.push(...outcome.findings.map((finding) => finding.index));
    if (settings.stopOnRace) ends.push(...outcome.races.map((race) => race.index));
  }
  return ends.length === 0 ? Infinity : Math.min(...ends);
}

function findingsUpTo(end: number, done: readonly Done[], extra: readonly RawFinding[]): RawFinding[] {
  const all = [...extra, ...done.flatMap(({ outcome }) => outcome.findings)];
  const first = new Map<string, RawFinding>();
  for (const finding of all.sort((a, b) => a.index - b.index)) {
    if (finding.index <= end && !first.has(finding.failure.place)) first.set(finding.failure.place, finding);
  }
  return [...first.values()];
}

function racesUpTo(end: number, done: readonly Done[]): RaceFinding[] {
  const first = new Map<string, RaceFinding>();
  const all = done.flatMap(({ outcome }) => outcome.races);
  for (const race of all.sort((a, b) => a.index - b.index)) {
    if (race.index <= end && !first.has(race.key)) first.set(race.key, race);
  }
  return [...first.values()];
}
