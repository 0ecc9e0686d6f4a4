/**
 * Owns the oracle: a recursive interpreter that walks every interleaving of a small program, on plain
 * JavaScript values that are copied at each branch. It is written from contracts.md and shares nothing
 * with the engine. Each final state is handed on.
 */
import { perform } from './effect.ts';
import {
  BARRIER_SIZE,
  type Instruction,
  type LocalName,
  OBJECTS,
  type OracleProgram,
} from './instruction.ts';
import { copy, give, initial, note, type OracleState, type OracleThread } from './state.ts';

const LOCAL: readonly string[] = ['peek', 'choose', 'assert'] satisfies LocalName[];

/** Every interleaving of one program. */
export class Interpreter {
  #leaves = 0;

  constructor(
    readonly program: OracleProgram,
    /** Told every final state. */
    readonly leaf: (state: OracleState) => void,
    /** Interleavings after which it gives up. */
    readonly limit: number,
  ) {}

  /** False if there are more interleavings than the limit. */
  run(): boolean {
    const state = initial(this.program);
    state.threads[0].life = 'live';
    this.#local(state, 0, (ready) => this.#explore(ready));
    return this.#leaves <= this.limit;
  }

  #explore(state: OracleState): void {
    if (this.#leaves > this.limit) return;
    const live = state.threads.flatMap((thread, t) => (thread.life === 'live' ? [t] : []));
    let movers = live.filter((t) => this.#enabled(state, t));
    if (movers.length === 0) movers = live.filter((t) => this.#next(state, t).op === 'yield');
    if (state.verdict === null && live.length === 0) {
      state.verdict = state.heap.some((block) => block.live) ? 'leak' : 'none';
    } else if (state.verdict === null && (movers.length === 0 || this.#doomed(state, live))) {
      state.verdict = 'stuck';
    }
    if (state.verdict !== null) {
      this.#leaves++;
      this.leaf(state);
      return;
    }
    for (const t of movers) {
      const branch = copy(state);
      branch.steps++;
      this.#step(branch, t, (after) => this.#explore(after));
    }
  }

  #next(state: OracleState, t: number): Instruction {
    return this.program.threads[t][state.threads[t].pc];
  }

  /** Whether the thread's operation can be completed now. */
  #enabled(state: OracleState, t: number): boolean {
    const { op, on, a } = this.#next(state, t);
    const thread = state.threads[t];
    const object = state.objects[on];
    switch (op) {
      case 'lock':
        return object[0] === -1;
      case 'wait':
      case 'waitTimeout':
        return thread.sleep === 0 || (this.#wantsMutex(thread, op) && state.objects.m[0] === -1);
      case 'readLock':
        return object[0] === -1;
      case 'writeLock':
        return object[0] === -1 && object.length === 1;
      case 'down':
        return object[0]! > 0;
      case 'meet':
        return object[1] !== thread.stamp;
      case 'yield':
        return state.steps > thread.stamp;
      case 'waitUntil':
        return object[0] === a;
      case 'join':
        return state.threads[a].life === 'ended';
      default:
        return true;
    }
  }

  #wantsMutex(thread: OracleThread, op: string): boolean {
    return thread.sleep === 2 || (thread.sleep === 1 && (op === 'waitTimeout' || this.program.spurious));
  }

  /** The threads that all have to act before the blocked one can move; none where anybody might help. */
  #holders(state: OracleState, t: number): number[] {
    if (this.#enabled(state, t)) return [];
    const { op, on, a } = this.#next(state, t);
    if (op === 'join') return [a];
    const waits = op === 'wait' || op === 'waitTimeout';
    if (waits && !this.#wantsMutex(state.threads[t], op)) return [];
    if (!waits && !['lock', 'readLock', 'writeLock'].includes(op)) return [];
    return state.objects[waits ? 'm' : on].filter(
      (holder): holder is number => holder !== null && holder >= 0,
    );
  }

  /** Whether some threads wait for each other, or for one that has ended. */
  #doomed(state: OracleState, live: number[]): boolean {
    const holders = new Map(live.map((t) => [t, this.#holders(state, t)]));
    let doomed = live;
    for (let before = -1; before !== doomed.length;) {
      before = doomed.length;
      const among = doomed;
      doomed = among.filter((t) =>
        holders.get(t)!.some((other) => state.threads[other].life === 'ended' || among.includes(other)),
      );
    }
    return doomed.length > 0;
  }

  /** Runs the thread's code up to its next operation, within the step before it. */
  #local(state: OracleState, t: number, then: (state: OracleState) => void): void {
    const thread = state.threads[t];
    const code = this.program.threads[t];
    for (; thread.pc < code.length; thread.pc++) {
      const { op, on, a, b, when } = code[thread.pc];
      if (when !== null && when !== thread.r) continue;
      if (!LOCAL.includes(op)) break;
      if (op === 'peek') {
        note(
          state,
          t,
          OBJECTS[on] === 'atomic' ? 'acquire' : 'read',
          OBJECTS[on] === 'atomic' ? on : `${on}0`,
        );
        give(thread, state.objects[on][0] ?? 0);
      } else if (op === 'assert' && thread.r !== a) {
        state.verdict = 'assertion';
        then(state);
        return;
      } else if (op === 'choose') {
        thread.pc++;
        for (let value = 0; value < b; value++) {
          const branch = copy(state);
          give(branch.threads[t], value);
          this.#local(branch, t, then);
        }
        return;
      }
    }
    if (thread.pc === code.length) thread.life = 'ended';
    else this.#arrive(state, t);
    then(state);
  }

  /** The thread has reached its next operation. */
  #arrive(state: OracleState, t: number): void {
    const { op, on } = this.#next(state, t);
    const thread = state.threads[t];
    thread.sleep = 0;
    if (op === 'yield') thread.stamp = state.steps;
    if (op !== 'meet') return;
    const barrier = state.objects[on] as number[];
    thread.stamp = barrier[1];
    note(state, t, 'merge', `${on}${barrier[1]}`);
    if (++barrier[0] === BARRIER_SIZE) {
      barrier[0] = 0;
      barrier[1]++;
    }
  }

  /** One step of the thread. */
  #step(state: OracleState, t: number, then: (state: OracleState) => void): void {
    const instruction = this.#next(state, t);
    const goOn = (after: OracleState): void => {
      if (after.verdict !== null) {
        then(after);
        return;
      }
      after.threads[t].pc++;
      this.#local(after, t, then);
    };
    switch (instruction.op) {
      case 'spawn': {
        note(state, t, 'spawn', instruction.a);
        state.threads[instruction.a].life = 'live';
        state.threads[instruction.a].p = state.threads[t].p;
        this.#local(state, instruction.a, goOn);
        return;
      }
      case 'wait':
      case 'waitTimeout': {
        this.#wait(state, t, goOn, then);
        return;
      }
      case 'signal':
      case 'broadcast': {
        this.#signal(state, t, instruction.op, goOn);
        return;
      }
      default: {
        const value = perform(state, t, instruction, this.program);
        if (value !== null && state.verdict === null) give(state.threads[t], value);
        goOn(state);
        return;
      }
    }
  }

  #wait(
    state: OracleState,
    t: number,
    goOn: (state: OracleState) => void,
    then: (state: OracleState) => void,
  ): void {
    const { op } = this.#next(state, t);
    const thread = state.threads[t];
    const { m, c } = state.objects;
    if (thread.sleep === 0) {
      if (m[0] === t) {
        note(state, t, 'release', 'm');
        m[0] = -1;
        c.push(t);
        thread.sleep = 1;
      } else state.verdict = 'lock-misuse';
      then(state);
      return;
    }
    const signalled = thread.sleep === 2;
    if (!signalled) state.objects.c = c.filter((sleeper) => sleeper !== t);
    m[0] = t;
    note(state, t, 'acquire', 'm');
    if (signalled) note(state, t, 'acquire', 'c');
    if (op === 'waitTimeout') give(thread, signalled ? 1 : 0);
    goOn(state);
  }

  #signal(state: OracleState, t: number, op: string, goOn: (state: OracleState) => void): void {
    const sleepers = state.objects.c as number[];
    note(state, t, 'merge', 'c');
    let chosen = sleepers.map((sleeper) => [sleeper]);
    if (op === 'broadcast' || sleepers.length === 0) chosen = [sleepers];
    else if (!this.program.wakeAny) chosen = [[sleepers[0]]];
    for (const woken of chosen) {
      const branch = copy(state);
      branch.objects.c = sleepers.filter((sleeper) => !woken.includes(sleeper));
      for (const sleeper of woken) branch.threads[sleeper].sleep = 2;
      goOn(branch);
    }
  }
}
