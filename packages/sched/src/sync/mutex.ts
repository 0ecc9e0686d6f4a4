/**
 * Owns a lock that one task has at a time, and what it does about priority inversion: nothing; inheritance,
 * by which its owner is as urgent as the most urgent of those who wait, through any chain of locks; or a
 * ceiling, to which its owner is raised at once.
 */
import { BLOCK, GO_ON, type Outcome, ProgramError, type Request, type RequestHost } from '../task/request.ts';
import type { Held, Task, Urgency } from '../task/task.ts';
import { WaitList, type WaitOrder } from './wait-list.ts';

export interface MutexOptions {
  readonly protocol?: 'none' | 'inherit' | 'ceiling';
  /** The priority of `ceiling`. */
  readonly ceiling?: number;
  readonly order?: WaitOrder;
}

class Lock implements Request {
  readonly #mutex: Mutex;

  constructor(mutex: Mutex) {
    this.#mutex = mutex;
  }

  perform(host: RequestHost, task: Task): Outcome {
    return this.#mutex.taken(host, task) ? GO_ON : BLOCK;
  }
}

class Unlock implements Request {
  readonly #mutex: Mutex;

  constructor(mutex: Mutex) {
    this.#mutex = mutex;
  }

  perform(host: RequestHost, task: Task): Outcome {
    this.#mutex.given(host, task);
    return GO_ON;
  }
}

export class Mutex implements Held {
  readonly name: string;
  readonly #protocol: 'none' | 'inherit' | 'ceiling';
  readonly #ceiling: number;
  readonly #waiting: WaitList;
  readonly #lock = new Lock(this);
  readonly #unlock = new Unlock(this);
  #owner: Task | null = null;

  constructor(name: string, { protocol = 'none', ceiling = 0, order = 'priority' }: MutexOptions = {}) {
    this.name = name;
    this.#protocol = protocol;
    this.#ceiling = ceiling;
    this.#waiting = new WaitList(order);
  }

  get owner(): Task | null {
    return this.#owner;
  }

  lock(): Request {
    return this.#lock;
  }

  unlock(): Request {
    return this.#unlock;
  }

  /** Whether a task has it now; if not, it is among those who wait. */
  taken(host: RequestHost, task: Task): boolean {
    if (this.#owner === task)
      throw new ProgramError(`task "${task.name}" locks "${this.name}" a second time`);
    if (this.#owner === null) {
      this.#own(host, task);
      return true;
    }
    this.#waiting.add(task);
    task.waitsFor = this;
    if (this.#protocol === 'inherit') raise(host, this.#owner);
    return false;
  }

  /** A task gives it back; whoever is next has it at once. */
  given(host: RequestHost, task: Task): void {
    if (this.#owner !== task)
      throw new ProgramError(`task "${task.name}" unlocks "${this.name}", which it does not have`);
    task.holds.splice(task.holds.indexOf(this), 1);
    this.#owner = null;
    host.listener?.gave?.(host.now, task, 'mutex', this.name);
    const next = this.#waiting.take();
    if (this.#protocol !== 'none') raise(host, task);
    if (next === undefined) return;
    next.waitsFor = null;
    this.#own(host, next);
    host.wake(next, task);
  }

  #own(host: RequestHost, task: Task): void {
    this.#owner = task;
    host.listener?.took?.(host.now, task, 'mutex', this.name);
    task.holds.push(this);
    if (this.#protocol !== 'none') raise(host, task);
  }

  /** What its owner is raised to. */
  urgencyFor(base: Urgency): Urgency {
    if (this.#protocol === 'none') return base;
    if (this.#protocol === 'ceiling')
      return { priority: Math.min(base.priority, this.#ceiling), deadline: base.deadline };
    return this.#waiting.tasks.reduce(
      ({ priority, deadline }, task) => ({
        priority: Math.min(priority, task.priority),
        deadline: Math.min(deadline, task.effectiveDeadline),
      }),
      base,
    );
  }
}

/** Works out how urgent a task is by all that it holds, and those who hold what it waits for. */
function raise(host: RequestHost, first: Task): void {
  for (let task: Task | null = first; task !== null;) {
    let urgency: Urgency = { priority: task.basePriority, deadline: Infinity };
    for (const mutex of task.holds) urgency = mutex.urgencyFor(urgency);
    if (urgency.priority === task.priority && urgency.deadline === task.inheritedDeadline) return;
    task.priority = urgency.priority;
    task.inheritedDeadline = urgency.deadline;
    host.priorityChanged(task);
    task = task.waitsFor?.owner ?? null;
  }
}
