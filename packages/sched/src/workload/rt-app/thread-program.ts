/**
 * Owns what a thread of an rt-app file does: its phases, and their events, as requests in virtual time.
 */
import type { RandomStream } from '../../random-stream.ts';
import { BLOCK, GO_ON, type Outcome, type Request, type RequestHost } from '../../task/request.ts';
import type { Program, Task } from '../../task/task.ts';
import { endJob, type TaskContext } from '../../task/task-context.ts';
import type { RtEvent } from './event.ts';
import { microseconds } from './phase-log.ts';
import type { RtPhase, RtThread } from './plan.ts';
import { rankOf, type RtScheduling } from './scheduling.ts';
import type { RtTimer, Shared } from './shared.ts';

/** `runtime` looks at the clock as often as rt-app does, or a hundred times. */
const LOOK_NS = 32_000;

type Steps<T = void> = Generator<Request, T, number>;

/** What a run of a phase comes to. */
interface Tally {
  workNs: number;
  runNs: number;
  durationNs: number;
  periodNs: number;
  slackNs: number;
  latencyNs: number;
}

/** Ends the job of a task and waits for a time, at which the next begins; late, it begins at once. */
class NextJob implements Request {
  readonly #releaseNs: number;
  readonly #deadlineNs: number;

  constructor(releaseNs: number, deadlineNs: number) {
    this.#releaseNs = releaseNs;
    this.#deadlineNs = deadlineNs;
  }

  perform(host: RequestHost, task: Task): Outcome {
    endJob(host.now, task, host.listener);
    task.releasedAt = this.#releaseNs;
    task.deadline = this.#deadlineNs;
    task.isJobOpen = true;
    host.priorityChanged(task);
    if (this.#releaseNs <= host.now) return GO_ON;
    host.wakeAt(task, this.#releaseNs);
    return BLOCK;
  }
}

/**
 * Gives a task another rank or other CPUs. It leaves its CPU for no time, as Linux has its migration thread
 * do it, so that no policy counts a weight that has changed meanwhile.
 */
class Change implements Request {
  readonly #shared: Shared;
  readonly #next: RtScheduling;

  constructor(shared: Shared, next: RtScheduling) {
    this.#shared = shared;
    this.#next = next;
  }

  perform(host: RequestHost, task: Task): Outcome {
    this.#shared.host.at(host.now, () => {
      const { nice, weight, priority } = rankOf(this.#shared.plan.fields, this.#next);
      const { cpus } = this.#next;
      task.nice = nice;
      task.weight = weight;
      task.basePriority = priority;
      task.priority = task.holds.reduce((urgency, held) => held.urgencyFor(urgency), {
        priority,
        deadline: Infinity,
      }).priority;
      task.affinity = cpus === null ? null : new Set(cpus);
      host.wake(task, null);
    });
    return BLOCK;
  }
}

function isSame(a: RtScheduling, b: RtScheduling): boolean {
  return (
    a.policy === b.policy && a.priority === b.priority && JSON.stringify(a.cpus) === JSON.stringify(b.cpus)
  );
}

/** Which of the threads of a run it is. */
export interface RtIdentity {
  /** As rt-app calls it: with its number among all. */
  readonly name: string;
  readonly idx: number;
  /** Of its random numbers: by no means the name, which depends on who forks first. */
  readonly stream: string;
}

/** Makes a thread of a name that is in the file. */
export type Fork = (name: string, by: Task) => void;

class Thread {
  readonly #shared: Shared;
  readonly #thread: RtThread;
  readonly #own: RtIdentity;
  readonly #random: RandomStream;
  readonly #fork: Fork;
  readonly #t: TaskContext;
  readonly #beganAt: number;
  readonly #timers = new Map<string, RtTimer>();

  constructor(shared: Shared, thread: RtThread, own: RtIdentity, fork: Fork, t: TaskContext) {
    this.#shared = shared;
    this.#thread = thread;
    this.#own = own;
    this.#random = shared.host.random(`rt-app ${own.stream}`);
    this.#fork = fork;
    this.#t = t;
    this.#beganAt = t.task.createdAt;
  }

  *run(): Steps {
    const { phases, loop } = this.#thread;
    let [{ scheduling }] = phases;
    for (let round = 0; round < loop; round++) {
      for (const phase of phases) {
        for (let time = 0; time < phase.loop; time++) {
          if (!isSame(scheduling, phase.scheduling)) yield new Change(this.#shared, phase.scheduling);
          ({ scheduling } = phase);
          yield* this.#runPhase(phase);
        }
      }
    }
  }

  *#runPhase(phase: RtPhase): Steps {
    const { task } = this.#t;
    if (!phase.hasTimer) {
      // It has no end of its own that could be missed.
      task.isJobOpen = false;
      task.deadline = Infinity;
    }
    const start = this.#t.now;
    const tally = { workNs: 0, runNs: 0, durationNs: 0, periodNs: 0, slackNs: 0, latencyNs: 0 };
    for (const event of phase.events) yield* this.#happen(event, tally);
    const end = this.#t.now;
    this.#shared.log.add({
      thread: this.#own.name,
      idx: this.#own.idx,
      perf: Math.floor(tally.workNs / this.#shared.plan.global.nsPerLoop / 1000),
      run: microseconds(tally.runNs),
      period: microseconds(end - start),
      start: microseconds(start),
      end: microseconds(end),
      rel_st: microseconds(start),
      slack: microseconds(tally.slackNs),
      c_duration: microseconds(tally.durationNs),
      c_period: microseconds(tally.periodNs),
      wu_lat: microseconds(tally.latencyNs),
    });
  }

  *#happen(event: RtEvent, tally: Tally): Steps {
    const shared = this.#shared;
    const t = this.#t;
    switch (event.type) {
      case 'run':
      case 'runtime':
        yield* this.#work(event.type, Math.round(event.law.draw(this.#random)), tally);
        break;
      case 'sleep':
        yield t.sleep(Math.round(event.law.draw(this.#random)));
        break;
      case 'timer':
        yield* this.#await(event, tally);
        break;
      case 'lock':
        yield shared.mutex(event.ref).lock();
        break;
      case 'unlock':
        yield shared.mutex(event.ref).unlock();
        break;
      case 'wait':
        yield shared.condition(event.ref).wait(shared.mutex(event.mutex));
        break;
      case 'sync':
        yield* this.#sync(event.ref, event.mutex);
        break;
      case 'signal':
        yield shared.condition(event.ref).signal();
        break;
      case 'broad':
        yield shared.condition(event.ref).broadcast();
        break;
      case 'barrier':
        yield shared.barrier(event.ref).wait();
        break;
      case 'suspend':
        yield shared.suspended(event.ref).wait();
        break;
      case 'resume':
        yield shared.suspended(event.ref).broadcast();
        break;
      case 'sem_post':
        yield shared.semaphore(event.ref).post();
        break;
      case 'sem_wait':
        yield shared.semaphore(event.ref).wait();
        break;
      case 'yield':
        yield t.yield();
        break;
      case 'fork':
        this.#fork(event.ref, t.task);
        break;
      case 'nothing':
        break;
    }
  }

  /** `run` is so much work; `runtime` is so much time, whatever it does in it, and whoever else runs. */
  *#work(type: 'run' | 'runtime', ns: number, tally: Tally): Steps {
    const t = this.#t;
    const start = t.now;
    tally.durationNs += ns;
    if (type === 'run') {
      yield t.compute(ns);
      tally.workNs += ns;
    } else {
      // Never more than the slowest CPU does in the time that is left; and little by little, as it may lose
      // its CPU meanwhile.
      const most = Math.max(LOOK_NS, ns / 100);
      for (let left = ns; left > 0; left = start + ns - t.now) {
        const work = Math.max(1, Math.floor(Math.min(left * this.#shared.leastSpeed, most)));
        yield t.compute(work);
        tally.workNs += work;
      }
    }
    tally.runNs += t.now - start;
  }

  *#await(event: RtEvent & { readonly type: 'timer' }, tally: Tally): Steps {
    const { plan, log } = this.#shared;
    const timer = this.#shared.timer(event.ref, this.#timers);
    const next = (timer.nextNs ?? this.#beganAt) + event.periodNs;
    timer.nextNs = next;
    const slack = next - this.#t.now;
    tally.periodNs += event.periodNs;
    tally.slackNs = plan.global.isSlackCumulative ? tally.slackNs + slack : slack;
    if (slack > 0) {
      yield new NextJob(next, next + event.periodNs);
      const latency = this.#t.now - next;
      tally.latencyNs += latency;
      log.addTimer(slack, latency);
      return;
    }
    if (!this.#shared.isAbsolute(this.#thread, event.ref)) timer.nextNs = this.#t.now;
    tally.latencyNs = 0;
    log.addTimer(slack, 0);
    yield new NextJob(timer.nextNs, timer.nextNs + event.periodNs);
  }

  /** Locks for it, unless it has the mutex already. */
  *#sync(ref: string, name: string): Steps {
    const [condition, mutex] = [this.#shared.condition(ref), this.#shared.mutex(name)];
    const isLocked = mutex.owner === this.#t.task;
    if (!isLocked) yield mutex.lock();
    yield condition.signal();
    yield condition.wait(mutex);
    if (!isLocked) yield mutex.unlock();
  }
}

/** The program of a thread. */
export function threadProgram(shared: Shared, thread: RtThread, own: RtIdentity, fork: Fork): Program {
  return function* (t) {
    yield* new Thread(shared, thread, own, fork, t).run();
  };
}
