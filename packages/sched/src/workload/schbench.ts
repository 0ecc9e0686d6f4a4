/**
 * Owns what schbench does (Mason): workers ask their message thread to be woken, wait, and then serve a
 * request: a short sleep, as for a network, and work. Two times are the result: from being woken to running,
 * and from there to the end of the request.
 */
import { Distribution } from '../metrics/distribution.ts';
import type { RandomStream } from '../random-stream.ts';
import type { Program, Task } from '../task/task.ts';
import { latencyFigures } from './latencies.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import type { Figure, Workload, WorkloadHost } from './workload.ts';

export interface SchbenchOptions {
  /** Default 1. */
  readonly messageThreads?: number;
  /** Workers of each message thread; default as many as there are CPUs. */
  readonly workers?: number;
  /** Work of a request, ns; default 2 ms. */
  readonly work?: VariateSpec;
  /** Sleep of a request, ns; default 100 us. */
  readonly think?: VariateSpec;
  /** Work of the message thread to wake a worker, ns; default 1 us. */
  readonly wakeNs?: number;
}

interface Times {
  wakeup: Distribution;
  request: Distribution;
  beganAt: number;
  lastAt: number;
}

interface Settings {
  readonly work: Variate;
  readonly think: Variate;
  readonly wakeNs: number;
}

/** A message thread and its workers. */
class Group {
  readonly #settings: Settings;
  readonly #times: Times;
  readonly #idle: { readonly task: Task; wokenAt: number }[] = [];
  #messenger: Task | null = null;

  constructor(host: WorkloadHost, name: string, workers: number, settings: Settings, times: Times) {
    this.#settings = settings;
    this.#times = times;
    this.#messenger = host.spawn({ name: `message-${name}`, program: this.#message() });
    for (let at = 0; at < workers; at++) {
      const worker = `worker-${name}-${at}`;
      host.spawn({ name: worker, program: this.#worker(host.random(worker)) });
    }
  }

  #message(): Program {
    const { wakeNs } = this.#settings;
    const idle = this.#idle;
    return function* (t) {
      for (;;) {
        for (const worker of idle.splice(0)) {
          yield t.compute(wakeNs);
          worker.wokenAt = t.now;
          yield t.wake(worker.task);
        }
        yield t.suspend();
      }
    };
  }

  #worker(random: RandomStream): Program {
    const { work, think } = this.#settings;
    const idle = this.#idle;
    const times = this.#times;
    const messenger = (): Task => this.#messenger!;
    return function* (t) {
      const own = { task: t.task, wokenAt: 0 };
      for (;;) {
        idle.push(own);
        yield t.wake(messenger());
        yield t.suspend();
        const began = t.now;
        times.wakeup.add(began - own.wokenAt);
        yield t.sleep(Math.round(think.draw(random)));
        yield t.compute(Math.round(work.draw(random)));
        times.request.add(t.now - began);
        times.lastAt = t.now;
      }
    };
  }
}

const S = 1_000_000_000;

/** schbench. */
export function schbench({
  messageThreads = 1,
  workers,
  work,
  think,
  wakeNs = 1000,
}: SchbenchOptions = {}): Workload {
  const settings = {
    work: lawOf(work, variate.constant(2_000_000)),
    think: lawOf(think, variate.constant(100_000)),
    wakeNs,
  };
  let times: Times | null = null;
  return {
    name: `schbench, ${messageThreads} times ${workers ?? 'as many as CPUs'}`,
    start(host) {
      times = { wakeup: new Distribution(), request: new Distribution(), beganAt: 0, lastAt: 0 };
      for (let at = 0; at < messageThreads; at++)
        new Group(host, `${at}`, workers ?? host.topology.count, settings, times);
    },
    warmedUp() {
      if (times === null) return;
      times.wakeup = new Distribution();
      times.request = new Distribution();
      times.beganAt = times.lastAt;
    },
    figures(): readonly Figure[] {
      if (times === null) return [];
      const { wakeup, request, beganAt, lastAt } = times;
      const ns = lastAt - beganAt;
      return [
        { name: 'requests', value: request.count, unit: '1' },
        { name: 'request rate', value: ns === 0 ? 0 : (request.count * S) / ns, unit: '1/s' },
        ...latencyFigures('wakeup', wakeup),
        ...latencyFigures('request', request),
      ];
    },
  };
}
