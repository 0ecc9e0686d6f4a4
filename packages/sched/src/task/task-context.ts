/**
 * Owns what a program has in its hands: what it can ask for by itself. What it shares with others, locks and
 * the like, are objects of their own whose methods make requests as well.
 *
 *     function* (t) {
 *       for (;;) {
 *         yield t.nextPeriod(10_000_000);
 *         yield mutex.lock();
 *         yield t.compute(2_000_000);
 *         yield mutex.unlock();
 *       }
 *     }
 */
import {
  BLOCK,
  checkDuration,
  COMPUTE,
  GIVE_WAY,
  GO_ON,
  type Outcome,
  ProgramError,
  type Request,
  type RequestHost,
} from './request.ts';
import type { SimulationListener } from '../simulation/listener.ts';
import type { Task } from './task.ts';

class Compute implements Request {
  ns = 0;

  perform(_host: RequestHost, task: Task): Outcome {
    if (this.ns === 0) return GO_ON;
    task.remaining = this.ns;
    return COMPUTE;
  }
}

class Sleep implements Request {
  untilNs = 0;

  perform(host: RequestHost, task: Task): Outcome {
    if (this.untilNs <= host.now) return GO_ON;
    host.wakeAt(task, this.untilNs);
    return BLOCK;
  }
}

class Suspend implements Request {
  perform(_host: RequestHost, task: Task): Outcome {
    task.isSuspended = !task.isWaking;
    task.isWaking = false;
    return task.isSuspended ? BLOCK : GO_ON;
  }
}

class Yield implements Request {
  perform(): Outcome {
    return GIVE_WAY;
  }
}

class Wake implements Request {
  target: Task | null = null;

  perform(host: RequestHost, task: Task): Outcome {
    const { target } = this;
    if (target === null) return GO_ON;
    if (target.isSuspended) {
      target.isSuspended = false;
      host.wake(target, task);
    } else target.isWaking = true;
    return GO_ON;
  }
}

class NextPeriod implements Request {
  periodNs = 0;
  deadlineNs = 0;

  perform(host: RequestHost, task: Task): Outcome {
    const isFirst = !task.hasBegun;
    task.hasBegun = true;
    if (!isFirst) {
      endJob(host.now, task, host.listener);
      task.releasedAt += this.periodNs;
    }
    task.deadline = task.releasedAt + this.deadlineNs;
    task.isJobOpen = true;
    host.priorityChanged(task);
    if (task.releasedAt > host.now) {
      host.wakeAt(task, task.releasedAt);
      return BLOCK;
    }
    return isFirst ? GO_ON : GIVE_WAY;
  }
}

/** The job that a task is at is done; late or not. */
export function endJob(now: number, task: Task, listener?: SimulationListener): void {
  if (!task.isJobOpen) return;
  task.isJobOpen = false;
  task.jobs++;
  task.response.add(now - task.releasedAt);
  if (now > task.deadline) missed(task);
  listener?.jobEnded?.(now, task);
}

/** A deadline that has passed, with or without the job. */
export function missed(task: Task): void {
  if (task.misses === 0) task.firstMissAt = task.deadline;
  task.misses++;
}

const SUSPEND = new Suspend();
const YIELD = new Yield();

export class TaskContext {
  readonly task: Task;
  readonly #host: RequestHost;
  readonly #compute = new Compute();
  readonly #sleep = new Sleep();
  readonly #wake = new Wake();
  readonly #nextPeriod = new NextPeriod();

  constructor(host: RequestHost, task: Task) {
    this.#host = host;
    this.task = task;
  }

  /** Virtual time, ns. */
  get now(): number {
    return this.#host.now;
  }

  /** Works for as long as a CPU of speed 1 needs for `ns`. */
  compute(ns: number): Request {
    checkDuration('computation', this.task.name, ns);
    this.#compute.ns = ns;
    return this.#compute;
  }

  sleep(ns: number): Request {
    checkDuration('sleep', this.task.name, ns);
    return this.sleepUntil(this.#host.now + ns);
  }

  sleepUntil(timeNs: number): Request {
    this.#sleep.untilNs = timeNs;
    return this.#sleep;
  }

  /** Waits until somebody wakes it; not at all, if somebody has since the last time. */
  suspend(): Request {
    return SUSPEND;
  }

  /** Wakes a task that has suspended itself, or has it not suspend itself the next time. */
  wake(target: Task): Request {
    this.#wake.target = target;
    return this.#wake;
  }

  yield(): Request {
    return YIELD;
  }

  /**
   * Ends a job, and waits until the next is released, a period after the last; the first one is released
   * when the task is made. A job has to be done `deadlineNs` after its release, by default a period.
   */
  nextPeriod(periodNs: number, deadlineNs = periodNs): Request {
    if (!(periodNs > 0) || !(deadlineNs > 0))
      throw new ProgramError(
        `task "${this.task.name}": a period of ${periodNs}, a deadline of ${deadlineNs}`,
      );
    this.#nextPeriod.periodNs = periodNs;
    this.#nextPeriod.deadlineNs = deadlineNs;
    return this.#nextPeriod;
  }
}
