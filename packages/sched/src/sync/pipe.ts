/**
 * Owns a pipe between tasks: so many bytes, or messages of one, fit into it. Who writes more waits for room,
 * who reads from an empty one waits for something; both first come, first served. A long write goes in as
 * there is room, so that it is done when its last byte is in; a read takes what is there, one at least.
 */
import { BLOCK, GO_ON, type Outcome, ProgramError, type Request, type RequestHost } from '../task/request.ts';
import type { Task } from '../task/task.ts';

interface Waiting {
  readonly task: Task;
  /** Bytes that it still has to write, or wants to read at most. */
  left: number;
}

export class Pipe {
  readonly name: string;
  readonly capacity: number;
  /** Some wait only while it is full, others only while it is empty. */
  readonly #writers: Waiting[] = [];
  readonly #readers: Waiting[] = [];
  readonly #write: Request = { perform: (host, task) => this.#put(host, task, this.#count) };
  readonly #read: Request = { perform: (host, task) => this.#get(host, task, this.#count) };
  /** Of the request that was asked for last: it is performed before another can be. */
  #count = 0;
  #held = 0;

  constructor(name: string, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new ProgramError(`pipe "${name}" holds ${capacity}: a whole number from 1 is needed`);
    this.name = name;
    this.capacity = capacity;
  }

  /** Bytes that are in it. */
  get held(): number {
    return this.#held;
  }

  /** Goes on when so many bytes are in. */
  write(bytes = 1): Request {
    this.#check('write', bytes);
    return this.#write;
  }

  /** Takes up to so many bytes; it answers how many. */
  read(bytes = 1): Request {
    this.#check('read', bytes);
    return this.#read;
  }

  #check(what: string, bytes: number): void {
    if (!Number.isInteger(bytes) || bytes < 1)
      throw new ProgramError(`pipe "${this.name}": ${what} of ${bytes}: a whole number from 1 is needed`);
    this.#count = bytes;
  }

  #put(host: RequestHost, task: Task, bytes: number): Outcome {
    const own = { task, left: bytes };
    // With others before it the pipe is full.
    this.#move(host, task, own);
    if (own.left === 0) return GO_ON;
    this.#writers.push(own);
    return BLOCK;
  }

  /** Moves what a writer has into the pipe, and on to those who wait to read, until it is full. */
  #move(host: RequestHost, by: Task, writer: Waiting): void {
    while (writer.left > 0 && this.#held < this.capacity) {
      const moved = Math.min(writer.left, this.capacity - this.#held);
      writer.left -= moved;
      this.#held += moved;
      while (this.#held > 0 && this.#readers.length > 0) {
        const { task, left } = this.#readers.shift()!;
        task.answer = this.#take(left);
        host.wake(task, by);
      }
    }
  }

  #take(most: number): number {
    const taken = Math.min(most, this.#held);
    this.#held -= taken;
    return taken;
  }

  #get(host: RequestHost, task: Task, bytes: number): Outcome {
    if (this.#held === 0) {
      this.#readers.push({ task, left: bytes });
      return BLOCK;
    }
    task.answer = this.#take(bytes);
    while (this.#writers.length > 0) {
      const first = this.#writers[0];
      this.#move(host, task, first);
      if (first.left > 0) break;
      this.#writers.shift();
      host.wake(first.task, task);
    }
    return GO_ON;
  }
}
