/**
 * The transitions of the token word as the hot path looks them up: numbers of states and events, and the
 * table compiled from the machine when this module loads. Immutable; each thread compiles its own.
 *
 *   state number = bits 0 and 1 of the word, and 4 when there are counted references
 */
import type { AnyStateMachine } from 'xstate';
import { GRANTED, NO_EDGE, REFUSED, compile, deltaOf, nextOf, outcomeOf } from './compile.ts';
import { TOK_EXCLUSIVE, TOK_INCR } from './layout.ts';
import type { CompiledMachine } from './compile.ts';
import { tokenMachine, tokenStates } from './machine.ts';
import type { TokenEvent, TokenState } from './machine.ts';
import { tokenSetMachine, tokenSetStates } from './set-machine.ts';
import type { TokenSetEvent } from './set-machine.ts';

/** Events of the token word by number. The column for the holder itself is `event | EV_MINE`. */
export const EV_MINE = 1;
export const EV_TRY_EXCLUSIVE = 0;
export const EV_TRY_EXCLUSIVE_MINE = 1;
export const EV_WANT_EXCLUSIVE = 2;
export const EV_WANT_EXCLUSIVE_MINE = 3;
export const EV_TRY_SHARED = 4;
export const EV_TRY_SHARED_MINE = 5;
export const EV_WANT_SHARED = 6;
export const EV_WANT_SHARED_MINE = 7;
/** For the only token of a thread, which is therefore never held by it: there is no column `| EV_MINE`. */
export const EV_WANT_SHARED_FAIR = 8;
export const EV_RELEASE_EXCLUSIVE = 10;
/** Release of a counted reference that leaves another one. */
export const EV_RELEASE_COUNTED = 11;
export const EV_RELEASE_LAST_COUNTED = 12;

/** The numbers of the events by name. */
export const tokenEvents: Readonly<Record<TokenEvent, number>> = {
  tryExclusive: EV_TRY_EXCLUSIVE,
  tryExclusiveMine: EV_TRY_EXCLUSIVE_MINE,
  wantExclusive: EV_WANT_EXCLUSIVE,
  wantExclusiveMine: EV_WANT_EXCLUSIVE_MINE,
  tryShared: EV_TRY_SHARED,
  trySharedMine: EV_TRY_SHARED_MINE,
  wantShared: EV_WANT_SHARED,
  wantSharedMine: EV_WANT_SHARED_MINE,
  wantSharedFair: EV_WANT_SHARED_FAIR,
  releaseExclusive: EV_RELEASE_EXCLUSIVE,
  releaseCounted: EV_RELEASE_COUNTED,
  releaseLastCounted: EV_RELEASE_LAST_COUNTED,
};

/** The numbers of the events of a thread's set of tokens. */
export const tokenSetEvents: Readonly<Record<TokenSetEvent, number>> = {
  pushGranted: 0,
  pushRefused: 1,
  tryGranted: 2,
  tryRefused: 3,
  release: 4,
  releaseLast: 5,
  swap: 6,
  switchOut: 7,
  switchInAll: 8,
  switchInRefused: 9,
};

/** The number of the state a word is in. Words are never negative. */
export function stateOf(count: number): number {
  return (count & 3) | (count > 3 ? TOK_INCR : 0);
}

/** The entry for an event when the word is `count`; 0 (NO_EDGE) when the machine forbids it. */
export function entryOf(table: Int32Array, count: number, event: number): number {
  return table[(stateOf(count) << 4) | event];
}

const stateNames = namesByNumber(tokenStates);
const eventNames = namesByNumber(tokenEvents);

/** The name of the state a word is in. */
export function stateNameOf(count: number): TokenState {
  return stateNames[stateOf(count)] as TokenState;
}

/** The name of an event number; undefined when there is none. */
export function eventNameOf(event: number): TokenEvent | undefined {
  return eventNames[event] as TokenEvent | undefined;
}

/** A compiled token machine, as the operations on words consult it. */
export class TokenTransitions {
  readonly table: Int32Array;
  private readonly compiled: CompiledMachine;

  /** @param machine another machine with the same states and events, such as one that lacks a transition */
  constructor(machine: AnyStateMachine = tokenMachine) {
    this.compiled = compile(machine, { states: tokenStates, events: tokenEvents });
    this.table = this.compiled.table;
  }

  /** Tells whether two tables come from the same rules. */
  get hash(): string {
    return this.compiled.hash;
  }

  /** The entry for an event when the word is `count`; 0 (NO_EDGE) when the machine forbids it. */
  entry(count: number, event: number): number {
    return this.table[((count & 3) << 4) | (count > 3 ? TOK_INCR << 4 : 0) | event];
  }

  /** The entry as text, for reports and diagrams. */
  describe(count: number, event: number): string {
    const entry = this.entry(count, event);
    const outcome = ['forbidden', 'granted', 'requested', 'refused'][outcomeOf(entry)];
    const head = `${stateNameOf(count)} --${eventNameOf(event) ?? `event ${event}`}--> `;
    return head + (entry === NO_EDGE ? outcome : `${stateNames[nextOf(entry)]} (${outcome})`);
  }

  /**
   * What is wrong with the machine: states without a path, an operation without an outcome in a state where
   * it can happen or with one where it cannot, a delta that leads to another state than the machine does.
   */
  problems(): string[] {
    const problems = this.compiled.unreached.map((name) => `no path leads to ${name}`);
    for (const least of Object.values(tokenStates)) {
      for (const event of Object.values(tokenEvents)) {
        const entry = this.entry(least, event);
        const fault =
          (entry !== NO_EDGE) === canHappen(least, event)
            ? deltaFault(least, event, entry)
            : 'wrong completeness';
        if (fault !== '') problems.push(`${this.describe(least, event)}: ${fault}`);
      }
    }
    return problems;
  }
}

/** What is wrong with the delta of an entry; empty when it leads where the machine does. */
function deltaFault(least: number, event: number, entry: number): string {
  if (entry === NO_EDGE) return '';
  const word = event === EV_RELEASE_COUNTED ? least + TOK_INCR : least;
  const delta = deltaOf(entry);
  const after = word + delta;
  const agrees = after >= 0 && stateOf(after) === nextOf(entry);
  const isChange = outcomeOf(entry) !== REFUSED;
  return agrees && (delta !== 0) === isChange ? '' : `adds ${delta}, which makes ${word} to ${after}`;
}

/** Whether the event can happen in the state: only a holder is `mine`, only what is held is released. */
function canHappen(word: number, event: number): boolean {
  if (event === EV_RELEASE_COUNTED || event === EV_RELEASE_LAST_COUNTED) return word >= TOK_INCR;
  const byHolder = event === EV_RELEASE_EXCLUSIVE || (event < EV_WANT_SHARED_FAIR && (event & EV_MINE) !== 0);
  return !byHolder || (word & TOK_EXCLUSIVE) !== 0;
}

function namesByNumber(numbers: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, number] of Object.entries(numbers)) names[number] = name;
  return names;
}

function sound(transitions: TokenTransitions): TokenTransitions {
  const problems = transitions.problems();
  if (problems.length > 0) throw new RangeError(`the token machine is unsound:\n${problems.join('\n')}`);
  return transitions;
}

/** The transitions of the token word. */
export const tokenTransitions = sound(new TokenTransitions());

/** Their entries by `state << 4 | event`. */
export const tokenTable = tokenTransitions.table;

/** The transitions of a thread's set of tokens, by `tokenSetStates` and `tokenSetEvents`. */
export const tokenSetTable = compile(tokenSetMachine, {
  states: tokenSetStates,
  events: tokenSetEvents,
}).table;

/** The entry of the set in a state for an event; 0 (NO_EDGE) when the machine forbids it. */
export function setEntryOf(state: number, event: number): number {
  return tokenSetTable[(state << 4) | event];
}

/** Whether an entry lets the operation succeed. */
export function isGranted(entry: number): boolean {
  return outcomeOf(entry) === GRANTED;
}
