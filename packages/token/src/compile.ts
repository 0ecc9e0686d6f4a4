/**
 * Compiles a machine to a flat table: for each state and event one packed entry. The machine itself is
 * asked, breadth first from its initial state; no rule is stated here. Done once when a module loads; the
 * result is immutable and the same on every thread.
 *
 *   entry:   delta << 8 | next state << 4 | outcome        table index:   state << 4 | event column
 *
 * A cell the machine has no transition for is 0, which is NO_EDGE.
 */
import { createEmptyActor } from 'xstate';
import type { AnyActorScope, AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';

/** The machine has no such transition. */
export const NO_EDGE = 0;
/** The operation succeeds. */
export const GRANTED = 1;
/** The operation fails, and the word changes to say that somebody waits. */
export const REQUESTED = 2;
/** The operation fails and changes nothing. */
export const REFUSED = 3;

const OUTCOMES: Readonly<Record<string, number>> = { grant: GRANTED, request: REQUESTED, refuse: REFUSED };
const COLUMNS = 16;

/** The outcome in an entry: NO_EDGE, GRANTED, REQUESTED or REFUSED. */
export function outcomeOf(entry: number): number {
  return entry & 15;
}

/** What an entry adds to the word. */
export function deltaOf(entry: number): number {
  return entry >> 8;
}

/** The number of the state an entry leads to. */
export function nextOf(entry: number): number {
  return (entry >> 4) & 15;
}

/** How states and events of a machine are numbered. */
export interface Numbering {
  readonly states: Readonly<Record<string, number>>;
  /** Numbers below 16. */
  readonly events: Readonly<Record<string, number>>;
}

/** A compiled machine. */
export interface CompiledMachine {
  /** Entries by `state << 4 | event`. */
  readonly table: Int32Array;
  /** Tells whether two tables come from the same rules; computed when asked for. */
  readonly hash: string;
  /** States no path leads to; their rows are empty. */
  readonly unreached: readonly string[];
}

/**
 * Asks the machine for every transition.
 * @throws RangeError for a state or event without a number, or a transition that is not one outcome.
 */
export function compile(machine: AnyStateMachine, numbering: Numbering): CompiledMachine {
  const { scope, performed } = recordingScope();
  const eventNames = machine.events.map(String);
  const rows = Math.max(...Object.values(numbering.states)) + 1;
  const table = new Int32Array(rows * COLUMNS);
  const asked: Askable = machine;
  const initial = asked.getInitialSnapshot(scope);
  const found = new Map([[nameOf(initial), initial]]);
  for (const [name, snapshot] of found) {
    const row = numberIn(numbering.states, 'state', name) * COLUMNS;
    for (const type of eventNames) {
      performed.length = 0;
      const next = asked.transition(snapshot, { type }, scope);
      if (performed.length === 0 && nameOf(next) === name) continue;
      const nextNumber = numberIn(numbering.states, 'state', nameOf(next));
      const entry = pack(performed, nextNumber, `${name} --${type}-->`);
      table[row + numberIn(numbering.events, 'event', type)] = entry;
      if (!found.has(nameOf(next))) found.set(nameOf(next), next);
    }
  }
  const unreached = Object.keys(machine.states).filter((name) => !found.has(name));
  return {
    table,
    unreached,
    get hash() {
      return hashOf(machine.config);
    },
  };
}

/** What is asked of a machine; spells out the types that AnyStateMachine leaves open. */
interface Askable {
  getInitialSnapshot(scope: AnyActorScope): AnyMachineSnapshot;
  transition(snapshot: AnyMachineSnapshot, event: EventObject, scope: AnyActorScope): AnyMachineSnapshot;
}

/** An action as the machine hands it to its executor. */
interface PerformedAction {
  readonly type: string;
  readonly params: unknown;
}

/** One scope for all transitions, as making one is slow. Nothing runs in it, but it notes the actions. */
function recordingScope(): { scope: AnyActorScope; performed: PerformedAction[] } {
  const performed: PerformedAction[] = [];
  const self = createEmptyActor();
  const scope: AnyActorScope = {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: () => undefined,
    defer: () => undefined,
    emit: () => undefined,
    stopChild: () => undefined,
    actionExecutor: (action) => {
      performed.push(action);
    },
  };
  return { scope, performed };
}

function nameOf(snapshot: AnyMachineSnapshot): string {
  return typeof snapshot.value === 'string' ? snapshot.value : JSON.stringify(snapshot.value);
}

function numberIn(numbers: Readonly<Record<string, number>>, kind: string, name: string): number {
  const number = numbers[name] as number | undefined;
  if (number === undefined || !(number >= 0 && number < COLUMNS)) {
    throw new RangeError(`${kind} ${name} has no number from 0 to ${COLUMNS - 1}`);
  }
  return number;
}

/** The entry of a transition that performed these actions. */
function pack(performed: readonly PerformedAction[], next: number, edge: string): number {
  const [action] = performed;
  const outcome = performed.length === 1 ? OUTCOMES[action.type] : undefined;
  if (outcome === undefined) {
    const names = performed.map(({ type }) => type).join(', ');
    throw new RangeError(`${edge} must perform one of grant, request, refuse; it performs: ${names}`);
  }
  const { delta } = action.params as { readonly delta: number };
  return (delta << 8) | (next << 4) | outcome;
}

/** FNV-1a over the configuration as JSON with sorted keys, so that the order of writing does not matter. */
export function hashOf(config: unknown): string {
  const text = JSON.stringify(config, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
