/**
 * Owns the naive race oracle: full vector clocks over the events of one interleaving, every pair of
 * accesses compared. No epochs, no forgetting.
 */
import type { OracleEvent, OracleState } from './state.ts';

interface OracleAccess {
  readonly thread: number;
  readonly writes: boolean;
  readonly clock: readonly number[];
}

type Clock = number[];

function joined(a: Clock, b: readonly number[] | undefined): Clock {
  return a.map((time, index) => Math.max(time, b?.[index] ?? 0));
}

/** Races of the interleaving that led to a state, as `word: thread kind / thread kind`, by word. */
export function racesOf(state: OracleState): Map<string, Set<string>> {
  const events: OracleEvent[] = [];
  for (let event = state.events; event !== null; event = event.before) events.unshift(event);
  const clocks: Clock[] = state.threads.map((_, thread) =>
    state.threads.map((__, t) => (t === thread ? 1 : 0)),
  );
  const words = new Map<string | number, Clock>();
  const accesses = new Map<string, OracleAccess[]>();
  const races = new Map<string, Set<string>>();
  for (const { thread, what, key } of events) {
    if (what === 'read' || what === 'write') {
      const access: OracleAccess = { thread, writes: what === 'write', clock: clocks[thread].slice() };
      const earlier = accesses.get(key as string) ?? [];
      for (const other of earlier) compare(key as string, other, access, races);
      accesses.set(key as string, [...earlier, access]);
      continue;
    }
    if (what === 'acquire') clocks[thread] = joined(clocks[thread], words.get(key));
    else if (what === 'join') clocks[thread] = joined(clocks[thread], clocks[key as number]);
    else if (what === 'spawn') clocks[key as number] = joined(clocks[key as number], clocks[thread]);
    else words.set(key, what === 'merge' ? joined(clocks[thread], words.get(key)) : clocks[thread].slice());
    clocks[thread][thread]++;
  }
  return races;
}

function compare(
  key: string,
  first: OracleAccess,
  second: OracleAccess,
  races: Map<string, Set<string>>,
): void {
  const ordered = first.clock[first.thread] <= second.clock[first.thread];
  if (first.thread === second.thread || ordered || (!first.writes && !second.writes)) return;
  const word = key.replace(/#.*/, '');
  const found = races.get(word) ?? new Set();
  found.add(raceName(word, first.thread, first.writes, second.thread, second.writes));
  races.set(word, found);
}

/** How both sides of the comparison spell a race. */
export function raceName(
  key: string,
  first: number,
  firstWrites: boolean,
  second: number,
  secondWrites: boolean,
): string {
  const access = (thread: number, writes: boolean): string => `t${thread} ${writes ? 'writes' : 'reads'}`;
  return `${key}: ${access(first, firstWrites)} / ${access(second, secondWrites)}`;
}
