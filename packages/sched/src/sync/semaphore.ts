/**
 * Owns a counting semaphore, and a barrier, which lets tasks go on when so many have come.
 */
import { BLOCK, GO_ON, type Outcome, ProgramError, type Request, type RequestHost } from '../task/request.ts';
import type { Task } from '../task/task.ts';
import { WaitList, type WaitOrder } from './wait-list.ts';

export class Semaphore {
  readonly name: string;
  readonly #waiting: WaitList;
  #count: number;
  readonly #wait: Request = { perform: (_host, task) => this.#take(task) };
  readonly #post: Request = { perform: (host, task) => this.#give(host, task) };

  constructor(name: string, count = 0, order: WaitOrder = 'fifo') {
    if (!Number.isInteger(count) || count < 0)
      throw new ProgramError(`semaphore "${name}" begins with ${count}: a whole number from 0 is needed`);
    this.name = name;
    this.#count = count;
    this.#waiting = new WaitList(order);
  }

  get count(): number {
    return this.#count;
  }

  wait(): Request {
    return this.#wait;
  }

  post(): Request {
    return this.#post;
  }

  #take(task: Task): Outcome {
    if (this.#count > 0) {
      this.#count--;
      return GO_ON;
    }
    this.#waiting.add(task);
    return BLOCK;
  }

  #give(host: RequestHost, task: Task): Outcome {
    const next = this.#waiting.take();
    if (next === undefined) this.#count++;
    else host.wake(next, task);
    return GO_ON;
  }
}

export class Barrier {
  readonly name: string;
  readonly #parties: number;
  readonly #waiting = new WaitList('fifo');
  readonly #wait: Request = { perform: (host, task) => this.#come(host, task) };

  constructor(name: string, parties: number) {
    if (!Number.isInteger(parties) || parties < 1)
      throw new ProgramError(`barrier "${name}" is for ${parties}: a whole number from 1 is needed`);
    this.name = name;
    this.#parties = parties;
  }

  wait(): Request {
    return this.#wait;
  }

  #come(host: RequestHost, task: Task): Outcome {
    if (this.#waiting.length + 1 < this.#parties) {
      this.#waiting.add(task);
      return BLOCK;
    }
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take())
      host.wake(next, task);
    return GO_ON;
  }
}
