/**
 * Owns a condition variable: tasks that wait give up a mutex meanwhile and have it again when they go on. A
 * signal goes to whoever waits longest, and is lost if nobody does. Who is signalled while somebody has the
 * mutex waits on for that, without running in between.
 */
import { BLOCK, GO_ON, type Outcome, ProgramError, type Request, type RequestHost } from '../task/request.ts';
import type { Task } from '../task/task.ts';
import type { Mutex } from './mutex.ts';

interface Waiter {
  readonly task: Task;
  readonly mutex: Mutex | null;
}

export class Condition {
  readonly name: string;
  readonly #waiting: Waiter[] = [];
  readonly #signal: Request = { perform: (host, task) => this.#wakeUp(host, task, 1) };
  readonly #broadcast: Request = { perform: (host, task) => this.#wakeUp(host, task, Infinity) };
  readonly #wait: Request = { perform: (host, task) => this.#await(host, task) };
  /** Of the wait that was asked for last: it is performed before another can be. */
  #mutex: Mutex | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Waits for a signal, without the mutex that it has, if one is given. */
  wait(mutex: Mutex | null = null): Request {
    this.#mutex = mutex;
    return this.#wait;
  }

  /** Lets one of those who wait go on, if anybody does. */
  signal(): Request {
    return this.#signal;
  }

  /** Lets all of them go on. */
  broadcast(): Request {
    return this.#broadcast;
  }

  #await(host: RequestHost, task: Task): Outcome {
    const mutex = this.#mutex;
    if (mutex !== null && mutex.owner !== task)
      throw new ProgramError(
        `task "${task.name}" waits for "${this.name}" without having the mutex "${mutex.name}"`,
      );
    mutex?.given(host, task);
    this.#waiting.push({ task, mutex });
    return BLOCK;
  }

  #wakeUp(host: RequestHost, by: Task, most: number): Outcome {
    for (const { task, mutex } of this.#waiting.splice(0, most))
      if (mutex === null || mutex.taken(host, task)) host.wake(task, by);
    return GO_ON;
  }
}
