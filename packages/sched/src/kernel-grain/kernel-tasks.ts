/**
 * Owns the threads of tasks in the grain where the kernel itself runs: each task is a kernel thread whose
 * body asks its program what it wants, and does that with the kernel's own means: it computes as user code,
 * sleeps on its own ident until a wakeup or a timeout, and wakes others by wakeups.
 */
import {
  type Context,
  EWOULDBLOCK,
  lwkt_resched_wanted,
  lwkt_setpri,
  lwkt_yield,
  PINTERLOCKED,
  RQF_AST_LWKT_RESCHED,
  RQF_AST_USER_RESCHED,
  type SimulatedMachine,
  type Steps,
  TD,
  TDPRI_KERN_USER,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { ENQ_YIELD } from '../policy/policy.ts';
import { MOST_AT_ONCE, type SimulationCore, SimulationError } from '../simulation/simulation-core.ts';
import { BLOCK, COMPUTE, GIVE_WAY, GO_ON, type Outcome, type RequestHost } from '../task/request.ts';
import type { Task } from '../task/task.ts';
import { dropTokens } from '../task/tokens.ts';
import { LOOK_VECTOR, type UserScheduler } from './user-scheduler.ts';

const ENDED = -1;
/** Why a computation is left: another thread, or another task. */
const ASKED = RQF_AST_LWKT_RESCHED | RQF_AST_USER_RESCHED;

/** What the threads need of the simulation. */
export interface KernelTasksHost<D> extends RequestHost {
  /** A program is at its end. */
  end(task: Task<D>): void;
  /** A task that waited is runnable: into the queues with it. */
  ready(task: Task<D>): void;
  /** A timeout has come. */
  timedOut(task: Task<D>): void;
}

/** What a thread knows of its task besides the task itself. */
interface Thread {
  td: number;
  /** It waits for somebody or something. */
  isWaiting: boolean;
  /** When its timeout is due, ns; Infinity: it has none. */
  wakeAtNs: number;
}

export class KernelTasks<D> {
  readonly #scheduler: UserScheduler<D>;
  readonly #core: SimulationCore<D>;
  readonly #machine: SimulatedMachine;
  readonly #host: KernelTasksHost<D>;
  readonly #tasks = new Map<number, Task<D>>();
  readonly #threads = new Map<Task<D>, Thread>();
  /** Tasks that the code of the moment wakes; done by whoever runs it. */
  #woken: Task<D>[] = [];
  /** Those that nobody's code wakes: for the helper of each CPU. */
  readonly #outside: Task<D>[][];

  constructor(
    core: SimulationCore<D>,
    machine: SimulatedMachine,
    scheduler: UserScheduler<D>,
    host: KernelTasksHost<D>,
  ) {
    this.#core = core;
    this.#machine = machine;
    this.#host = host;
    this.#outside = core.cpus.map(() => []);
    this.#scheduler = scheduler;
  }

  add(task: Task<D>): void {
    this.#tasks.set(task.id, task);
    this.#threads.set(task, { td: 0, isWaiting: false, wakeAtNs: Infinity });
  }

  #of(task: Task<D>): Thread {
    const thread = this.#threads.get(task);
    if (thread === undefined) throw new SimulationError(`task "${task.name}" has ended`);
    return thread;
  }

  threadOf(task: Task<D>): number {
    return this.#of(task).td;
  }

  setThread(task: Task<D>, td: number): void {
    this.#of(task).td = td;
  }

  isWaiting(task: Task<D>): boolean {
    return this.#of(task).isWaiting;
  }

  setTimeout(task: Task<D>, timeNs: number): void {
    this.#of(task).wakeAtNs = timeNs;
  }

  /** A task that waits need not any more; `isItself`: its own thread says so. */
  wake(task: Task<D>, isItself: boolean): void {
    const thread = this.#of(task);
    thread.isWaiting = false;
    thread.wakeAtNs = Infinity;
    if (isItself) return;
    if (this.#core.acting !== -1) {
      this.#woken.push(task);
      return;
    }
    const cpu = Math.max(0, task.lastCpu);
    this.#outside[cpu].push(task);
    this.#machine.raise(cpu, LOOK_VECTOR);
  }

  // ---- kernel code
  // -------------------------------------------------------------------------------------------------

  /** The body of the thread of a task. It has a CPU when it begins. */
  *run(k: Context, id: number): Steps {
    const task = this.#tasks.get(id);
    if (task === undefined) return k.panic(`task ${id} is unknown`);
    // The thread may run before whoever made it could say which it is.
    this.setThread(task, k.td);
    let asked = 0;
    for (;;) {
      const outcome = this.#ask(k, task);
      if (this.#woken.length > 0) yield* this.#wakeAll(k);
      // On the way back to user mode: who was woken here goes first, as far as its place in the queues.
      if (outcome === GO_ON && lwkt_resched_wanted(k)) yield* lwkt_yield(k);
      asked = outcome === GO_ON ? asked + 1 : 0;
      if (asked > MOST_AT_ONCE)
        throw new SimulationError(`livelock: task "${task.name}" asks for ever at ${this.#core.now} ns`);
      if (outcome === ENDED) {
        yield* this.#end(k, task);
        return;
      }
      if (outcome === COMPUTE) yield* this.#compute(k, task);
      else if (outcome === GIVE_WAY) yield* this.#scheduler.reschedule(k, task, ENQ_YIELD);
      else if (outcome === BLOCK) yield* this.#wait(k, task);
    }
  }

  /** What a program wants next. */
  #ask(k: Context, task: Task<D>): Outcome | typeof ENDED {
    const { running } = task;
    if (running === null) throw new SimulationError(`task "${task.name}" has no program`);
    this.#scheduler.enter(k);
    const { answer } = task;
    task.answer = 0;
    const asked = running.next(answer);
    let outcome: Outcome | typeof ENDED = ENDED;
    if (asked.done !== true) {
      const thread = this.#of(task);
      // Whoever is told of the wait may end it at once.
      thread.isWaiting = true;
      outcome = asked.value.perform(this.#host, task);
      if (outcome !== BLOCK) thread.isWaiting = false;
    }
    this.#scheduler.leave();
    return outcome;
  }

  *#wakeAll(k: Context): Steps {
    const woken = this.#woken;
    this.#woken = [];
    for (const task of woken) yield* wakeup(k, identOf(this.threadOf(task)));
  }

  /** Computes as user code, which anybody may interrupt who comes before it. */
  *#compute(k: Context, task: Task<D>): Steps {
    if (this.#scheduler.isAsked(k, task)) yield* this.#scheduler.reschedule(k, task);
    while (task.remaining > 0) {
      task.remaining = yield* k.compute(task.remaining, ASKED);
      if (task.remaining === 0) break;
      if (lwkt_resched_wanted(k)) yield* lwkt_yield(k);
      if (this.#scheduler.isAsked(k, task)) yield* this.#scheduler.reschedule(k, task);
    }
  }

  /** Sleeps until somebody wakes it or its time has come, and is back in user mode when it is its turn. */
  *#wait(k: Context, task: Task<D>): Steps {
    const thread = this.#of(task);
    const ident = identOf(k.td);
    const next = this.#scheduler.stopFor(k, task, () => dropTokens(this.#host, task));
    lwkt_setpri(k, k.td, TDPRI_KERN_USER);
    yield* tsleep_interlock(k, ident);
    if (this.#woken.length > 0) yield* this.#wakeAll(k);
    if (next !== null) yield* this.#scheduler.grant(k, next);
    while (thread.isWaiting) {
      const error = yield* tsleep(k, ident, PINTERLOCKED, 'task', this.#ticksTo(k, thread.wakeAtNs));
      if (error === EWOULDBLOCK && thread.isWaiting) {
        this.#scheduler.enter(k);
        if (thread.wakeAtNs <= this.#core.now) this.#host.timedOut(task);
        this.#scheduler.leave();
      }
      if (thread.isWaiting) yield* tsleep_interlock(k, ident);
    }
    this.#scheduler.enter(k);
    this.#host.ready(task);
    this.#scheduler.leave();
    yield* this.#scheduler.acquire(k, task);
  }

  /** Ticks of a sleep that ends at a time; 0: it never does. */
  #ticksTo(k: Context, timeNs: number): number {
    if (timeNs === Infinity) return 0;
    return Math.max(1, Math.ceil(timeNs / this.#machine.tickNs) - k.kernel.ticks);
  }

  *#end(k: Context, task: Task<D>): Steps {
    const next = this.#scheduler.stopFor(k, task, () => {
      dropTokens(this.#host, task);
      this.#host.end(task);
    });
    this.#threads.delete(task);
    this.#tasks.delete(task.id);
    if (this.#woken.length > 0) yield* this.#wakeAll(k);
    if (next !== null) yield* this.#scheduler.grant(k, next);
  }

  /** For the helper thread of a CPU: wakes whom nobody's code wakes. */
  *help(k: Context): Steps {
    const outside = this.#outside[k.cpu.cpuid];
    for (let task = outside.shift(); task !== undefined; task = outside.shift())
      yield* wakeup(k, identOf(this.threadOf(task)));
  }

  isToHelp(cpuid: number): boolean {
    return this.#outside[cpuid].length > 0;
  }
}

/** What the thread of a task sleeps on: a word of its own. */
function identOf(td: number): number {
  return td + TD.td_args;
}
