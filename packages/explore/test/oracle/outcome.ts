/**
 * Owns the outcomes of an oracle program: how often each is reached, by the interpreter and by the engine.
 */
import { Execution } from '../../src/engine/execution.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { DepthFirst } from '../../src/strategies/depth-first.ts';
import { racesOf, raceName } from './happens-before.ts';
import type { OracleProgram } from './instruction.ts';
import { Interpreter } from './interpreter.ts';
import type { OracleState } from './state.ts';
import { Translation } from './translation.ts';

/** Interleavings by outcome. */
export type Outcomes = Map<string, number>;

export interface Explored {
  readonly outcomes: Outcomes;
  /** Races of all interleavings together. */
  readonly races: Set<string>;
}

function stateText({ objects, threads }: OracleState): string {
  const { x, u, ar, a, b, slot, sem, m, n, rw } = objects;
  const values = [x, u, ar, a, b, slot, sem].flat().map((value) => value ?? '?');
  const owner = ([holder]: (number | null)[]): string => {
    if (holder === -1) return '-';
    return holder === 0 ? 'main' : `t${String(holder)}`;
  };
  const held = rw[0] === -1 ? rw.length - 1 : -1;
  const registers = threads.map(({ r, p, results }) => `r${r}p${p}[${results.join()}]`);
  return `${values.join()}|${owner(m)},${owner(n)},${held}|${registers.join()}`;
}

/** What counts as one outcome. When nothing can move, a detector has tried on how sleepers would go on. */
function outcome(verdict: string, state: () => string, racy: Iterable<string>): string {
  const ending = verdict === 'deadlock' || verdict === 'lost-wakeup' ? 'stuck' : verdict;
  return `${ending} ${ending === 'stuck' ? '' : state()} ${[...racy].sort().join(' ')}`;
}

function count(outcomes: Outcomes, key: string): void {
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
}

/** By the interpreter; null if there are more interleavings than the limit. */
export function interpreted(program: OracleProgram, limit: number, withRaces = false): Explored | null {
  const outcomes: Outcomes = new Map();
  const races = new Set<string>();
  const leaf = (state: OracleState): void => {
    const found = withRaces ? racesOf(state) : new Map<string, Set<string>>();
    for (const names of found.values()) for (const name of names) races.add(name);
    count(
      outcomes,
      outcome(state.verdict!, () => stateText(state), found.keys()),
    );
  };
  return new Interpreter(program, leaf, limit).run() ? { outcomes, races } : null;
}

const withoutRaceDetection = new Execution({ races: false });
const withRaceDetection = new Execution();

/** By the engine: depth-first search to exhaustion, or until more than `limit` schedules were run. */
export function explored(program: OracleProgram, limit: number, withRaces = false): Explored {
  const outcomes: Outcomes = new Map();
  const races = new Set<string>();
  const execution = withRaces ? withRaceDetection : withoutRaceDetection;
  const translation = new Translation(program);
  const strategy: Strategy = new DepthFirst();
  for (let index = 0; index <= limit && strategy.begin(index); index++) {
    execution.execute(translation.scenario, strategy);
    const racy = new Set<string>();
    for (const race of execution.racesSeen.races) {
      const word = translation.wordName(race.location);
      racy.add(word);
      const [first, second] = [race.firstStrand, race.secondStrand].map((strand) =>
        threadOf(execution, strand),
      );
      races.add(raceName(word, first, race.firstWrites, second, race.secondWrites));
    }
    const verdict = execution.failure?.verdict ?? 'none';
    count(
      outcomes,
      outcome(verdict, () => translation.state(execution), racy),
    );
  }
  return { outcomes, races };
}

function threadOf(execution: Execution, strand: number): number {
  const { name } = execution.strands[strand];
  return name === 'main' ? 0 : Number(name.slice(1));
}

/** What differs between two sets of outcomes, one line each; empty if nothing does. */
export function differences(expected: Outcomes, actual: Outcomes): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].sort().flatMap((key) => {
    const [oracle, engine] = [expected.get(key) ?? 0, actual.get(key) ?? 0];
    return oracle === engine ? [] : [`${key}: ${oracle} by the oracle, ${engine} by the engine`];
  });
}
