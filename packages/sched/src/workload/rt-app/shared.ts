/**
 * Owns what the threads of one run of an rt-app file share: mutexes, conditions, barriers, semaphores and
 * timers, made when they are first used, each kind with names of its own.
 */
import { Condition } from '../../sync/condition.ts';
import { Mutex } from '../../sync/mutex.ts';
import { Barrier, Semaphore } from '../../sync/semaphore.ts';
import type { WorkloadHost } from '../workload.ts';
import type { PhaseLog } from './phase-log.ts';
import type { RtPlan, RtThread } from './plan.ts';

/** When a timer goes off next; null before it is first used. */
export interface RtTimer {
  nextNs: number | null;
}

function made<V>(map: Map<string, V>, name: string, make: () => V): V {
  const found = map.get(name) ?? make();
  map.set(name, found);
  return found;
}

export class Shared {
  readonly plan: RtPlan;
  readonly host: WorkloadHost;
  readonly log: PhaseLog;
  /** The slowest that any CPU may be at any time, a part of the speed of its fastest. */
  readonly leastSpeed: number;
  readonly #mutexes = new Map<string, Mutex>();
  readonly #conditions = new Map<string, Condition>();
  readonly #suspended = new Map<string, Condition>();
  readonly #barriers = new Map<string, Barrier>();
  readonly #semaphores = new Map<string, Semaphore>();
  readonly #timers = new Map<string, RtTimer>();
  /** Timers that some event has as absolute are so for all. */
  readonly #absolute: ReadonlySet<string>;

  constructor(plan: RtPlan, host: WorkloadHost, log: PhaseLog) {
    this.plan = plan;
    this.host = host;
    this.log = log;
    const { cpus, smtFactor } = host.topology;
    this.leastSpeed = cpus.reduce(
      (least, { speed }, cpu) =>
        Math.min(least, host.topology.siblingsOf(cpu).length > 0 ? speed * smtFactor : speed),
      Infinity,
    );
    const absolute = plan.threads.flatMap((thread) =>
      thread.phases.flatMap(({ events }) =>
        events.flatMap((event) =>
          event.type === 'timer' && event.isAbsolute ? [timerKey(thread, event.ref)] : [],
        ),
      ),
    );
    this.#absolute = new Set(absolute);
  }

  mutex(name: string): Mutex {
    const protocol = this.plan.global.isPi ? 'inherit' : 'none';
    return made(this.#mutexes, name, () => new Mutex(name, { protocol }));
  }

  condition(name: string): Condition {
    return made(this.#conditions, name, () => new Condition(name));
  }

  /** Those who have suspended themselves under a name. */
  suspended(name: string): Condition {
    return made(this.#suspended, name, () => new Condition(name));
  }

  /** It is for as many as there are mentions of it, counted for each instance of their threads. */
  barrier(name: string): Barrier {
    return made(this.#barriers, name, () => {
      const parties = this.plan.threads.reduce((sum, { instances, phases }) => {
        const events = phases.flatMap((phase) => phase.events);
        const uses = events.filter((event) => event.type === 'barrier' && event.ref === name);
        return sum + instances * uses.length;
      }, 0);
      return new Barrier(name, Math.max(1, parties));
    });
  }

  semaphore(name: string): Semaphore {
    return made(this.#semaphores, name, () => new Semaphore(name));
  }

  /** A timer of all threads, or of one if its name begins with "unique": `own` has those. */
  timer(name: string, own: Map<string, RtTimer>): RtTimer {
    return made(isUnique(name) ? own : this.#timers, name, () => ({ nextNs: null }));
  }

  isAbsolute(thread: RtThread, name: string): boolean {
    return this.#absolute.has(timerKey(thread, name));
  }
}

function isUnique(name: string): boolean {
  return name.startsWith('unique');
}

function timerKey(thread: RtThread, name: string): string {
  return isUnique(name) ? `${thread.name}\0${name}` : name;
}
