/**
 * Owns the translation of an oracle program to a scenario, and the reading of the engine's final state in
 * the oracle's terms. One translation serves all schedules of its program; what a run leaves behind is
 * read before the next begins.
 */
import type { Execution } from '../../src/engine/execution.ts';
import type { Step } from '../../src/engine/operation.ts';
import type { Thread } from '../../src/engine/thread.ts';
import type { Atomic } from '../../src/objects/atomic.ts';
import type { Barrier } from '../../src/objects/barrier.ts';
import type { Cell, CellArray } from '../../src/objects/cell.ts';
import type { Cond } from '../../src/objects/cond.ts';
import type { HeapObject } from '../../src/objects/heap.ts';
import type { Mutex } from '../../src/objects/mutex.ts';
import type { RwLock } from '../../src/objects/rwlock.ts';
import type { Semaphore } from '../../src/objects/semaphore.ts';
import { type Scenario, scenario, type ScenarioContext } from '../../src/scenario.ts';
import { ARRAY_LENGTH, BARRIER_SIZE, type Instruction, type OracleProgram, updated } from './instruction.ts';

const FIELDS = ['v', 'w'];

interface Objects {
  readonly x: Cell;
  readonly u: Cell;
  readonly ar: CellArray;
  readonly a: Atomic;
  readonly b: Atomic;
  readonly slot: Atomic;
  readonly m: Mutex;
  readonly n: Mutex;
  readonly rw: RwLock;
  readonly c: Cond;
  readonly sem: Semaphore;
  readonly bar: Barrier;
}

/** The registers of one thread of the current run. */
interface Registers {
  r: number;
  p: number;
  readonly results: number[];
}

type Code = Generator<unknown, number | null>;

export class Translation {
  readonly scenario: Scenario;
  #objects: Objects | null = null;
  #context: ScenarioContext | null = null;
  #registers: Registers[] = [];
  #handles: Thread[] = [];
  /** Ids of the heap in the order they were first given out: the oracle counts them from 1. */
  #ids: number[] = [];

  constructor(readonly program: OracleProgram) {
    const main = this.#main.bind(this);
    this.scenario = scenario('oracle', main);
  }

  /** Values, locks and registers at the end of the last run, as text. */
  state(execution: Execution): string {
    const { x, u, ar, a, b, slot, m, n, rw, sem } = this.#objects as Objects;
    const { words, racesSeen } = execution;
    const word = (location: number): number => words[location];
    const owner = (lock: Mutex): string => {
      const holder = word(lock.location) - 1;
      return holder < 0 ? '-' : execution.strands[holder].name;
    };
    const plain = [x.location, u.location, ar.location, ar.location + 1].map((location) =>
      racesSeen.isInitialised(location) ? word(location) : '?',
    );
    const values = [...plain, ...[a, b, slot, sem].map((object) => word(object.location))];
    const locks = [owner(m), owner(n), word(rw.location)];
    const registers = this.#registers.map(({ r, p, results }) => `r${r}p${p}[${results.join()}]`);
    return `${values.join()}|${locks.join()}|${registers.join()}`;
  }

  /** The oracle's name of a plain word. */
  wordName(location: number): string {
    const { x, u, ar } = this.#objects as Objects;
    if (location === x.location) return 'x0';
    if (location === u.location) return 'u0';
    if (location >= ar.location && location < ar.location + ARRAY_LENGTH)
      return `ar${location - ar.location}`;
    for (const [index, id] of this.#ids.entries()) {
      const field = location - id - 1;
      if (field >= 0 && field < FIELDS.length) return `node${index + 1}.${field}`;
    }
    return `word${location}`;
  }

  *#main(s: ScenarioContext): Code {
    const { count, spurious, wakeAny, threads } = this.program;
    this.#context = s;
    this.#objects = {
      x: s.cell('x', 0),
      u: s.cell('u'),
      ar: s.array('ar', ARRAY_LENGTH, 0),
      a: s.atomic('a', 0),
      b: s.atomic('b', 0),
      slot: s.atomic('slot', 0),
      m: s.mutex('m'),
      n: s.mutex('n'),
      rw: s.rwlock('rw'),
      c: s.cond('c', { spurious, wake: wakeAny ? 'any' : 'first' }),
      sem: s.semaphore('sem', count),
      bar: s.barrier('bar', BARRIER_SIZE),
    };
    this.#registers = threads.map(() => ({ r: 0, p: 0, results: [] }));
    this.#handles = [];
    this.#ids = [];
    return yield* this.#thread(0);
  }

  *#thread(t: number): Code {
    const registers = this.#registers[t];
    for (const instruction of this.program.threads[t]) {
      if (instruction.when !== null && instruction.when !== registers.r) continue;
      const local = this.#local(instruction, registers);
      let result: unknown = local;
      if (local === null) result = yield* this.#operation(instruction, registers);
      if (typeof result === 'boolean') result = result ? 1 : 0;
      if (instruction.op === 'alloc') result = this.#numbered(result as HeapObject);
      if (instruction.op === 'alloc' || instruction.op === 'fetch') registers.p = result as number;
      if (instruction.op === 'spawn') this.#handles[instruction.a] = result as Thread;
      if (typeof result !== 'number') continue;
      registers.r = result;
      registers.results.push(result);
    }
    return registers.r;
  }

  /** What is not an operation; null if the instruction is one. */
  #local({ op, on, a, b }: Instruction, registers: Registers): number | undefined | null {
    const s: ScenarioContext = this.#context as ScenarioContext;
    switch (op) {
      case 'peek':
        return ((this.#objects as Objects)[on] as Cell).peek();
      case 'choose':
        return s.choose(b);
      case 'assert':
        s.assert(registers.r === a, 'the register');
        return undefined;
      default:
        return null;
    }
  }

  #operation(instruction: Instruction, registers: Registers): Step<unknown> {
    const { op, on, a, b } = instruction;
    const s: ScenarioContext = this.#context as ScenarioContext;
    const objects = this.#objects as Objects;
    const { c, m, rw, sem, bar, slot } = objects;
    const word = objects[on] as Cell & Atomic;
    switch (op) {
      case 'read':
        return on === 'ar' ? objects.ar.read(a) : word.read();
      case 'write':
        return on === 'ar' ? objects.ar.write(a, b) : word.write(b);
      case 'load':
        return word.load();
      case 'fetch':
        return slot.load();
      case 'publish':
        return slot.store(registers.p);
      case 'compareExchange':
        return word.compareExchange(a, b);
      case 'update':
        return word.update((old) => updated(old, a));
      case 'store':
      case 'add':
      case 'sub':
      case 'and':
      case 'or':
      case 'xor':
      case 'exchange':
        return word[op](a);
      case 'lock':
      case 'tryLock':
      case 'unlock':
        return (objects[on] as Mutex)[op]();
      case 'readLock':
      case 'writeLock':
      case 'tryReadLock':
      case 'tryWriteLock':
      case 'readUnlock':
      case 'writeUnlock':
        return rw[op]();
      case 'wait':
      case 'waitTimeout':
        return c[op](m);
      case 'signal':
      case 'broadcast':
        return c[op]();
      case 'down':
        return sem.wait();
      case 'tryDown':
        return sem.tryWait();
      case 'up':
        return sem.post();
      case 'meet':
        return bar.wait();
      case 'waitUntil':
        return s.waitUntil(() => word.peek() === a);
      case 'yield':
        return s.yield();
      case 'fence':
        return s.fence();
      default:
        return this.#threadOrHeap(instruction, registers);
    }
  }

  #threadOrHeap({ op, a, b }: Instruction, { p }: Registers): Step<unknown> {
    const s: ScenarioContext = this.#context as ScenarioContext;
    const id = p === 0 ? 0 : this.#ids[p - 1];
    switch (op) {
      case 'spawn':
        return s.spawn(`t${a}`, () => {
          this.#registers[a].p = p;
          return this.#thread(a);
        });
      case 'join':
        return this.#handles[a].join();
      case 'alloc':
        return s.alloc('node', { v: b, w: undefined }, { reuse: this.program.reuse });
      case 'free':
        return s.free(id);
      case 'readField':
        return s.deref(id).read(FIELDS[a]);
      case 'writeField':
        return s.deref(id).write(FIELDS[a], b);
      default:
        throw new Error(`no translation of ${op}`);
    }
  }

  #numbered(object: HeapObject): number {
    if (!this.#ids.includes(object.id)) this.#ids.push(object.id);
    return this.#ids.indexOf(object.id) + 1;
  }
}
