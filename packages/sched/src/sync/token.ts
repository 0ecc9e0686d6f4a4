/**
 * Owns a serializing token as LWKT has it (DragonFly kern/lwkt_token.c), exclusive: a task that waits for
 * anything gives its tokens away, and has them all again before it goes on; one that is merely preempted
 * keeps them. Asked for in any order, as nobody waits for one while holding another.
 */
import { BLOCK, GO_ON, type Outcome, ProgramError, type Request, type RequestHost } from '../task/request.ts';
import type { Serializer, Task } from '../task/task.ts';

export class Token implements Serializer {
  readonly name: string;
  /** Tasks that cannot go on without it, first come first served. */
  readonly #waiting: Task[] = [];
  #owner: Task | null = null;
  /** Times somebody had to wait (t_collisions). */
  collisions = 0;
  readonly #get: Request = { perform: (host, task) => this.#wanted(host, task) };
  readonly #rel: Request = { perform: (host, task) => this.#released(host, task) };

  constructor(name: string) {
    this.name = name;
  }

  get owner(): Task | null {
    return this.#owner;
  }

  gettoken(): Request {
    return this.#get;
  }

  reltoken(): Request {
    return this.#rel;
  }

  #wanted(host: RequestHost, task: Task): Outcome {
    if (task.tokens.includes(this))
      throw new ProgramError(`task "${task.name}" has token "${this.name}" already`);
    task.tokens.push(this);
    if (this.#owner === null) {
      this.#own(host, task);
      return GO_ON;
    }
    this.collisions++;
    // It waits for all of its tokens, and so it has none meanwhile.
    this.#waiting.push(task);
    return BLOCK;
  }

  #released(host: RequestHost, task: Task): Outcome {
    if (this.#owner !== task)
      throw new ProgramError(`task "${task.name}" releases token "${this.name}", which it does not have`);
    task.tokens.splice(task.tokens.indexOf(this), 1);
    this.drop(host, task);
    return GO_ON;
  }

  #own(host: RequestHost, task: Task): void {
    this.#owner = task;
    host.listener?.took?.(host.now, task, 'token', this.name);
  }

  take(host: RequestHost, task: Task): boolean {
    if (this.#owner === null) this.#own(host, task);
    return this.#owner === task;
  }

  drop(host: RequestHost, task: Task): void {
    if (this.#owner !== task) return;
    this.#owner = null;
    host.listener?.gave?.(host.now, task, 'token', this.name);
    const next = this.#waiting.shift();
    if (next !== undefined) host.wake(next, task);
  }

  await(task: Task): void {
    this.collisions++;
    this.#waiting.push(task);
  }
}
