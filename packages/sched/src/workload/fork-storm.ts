/**
 * Owns storms of forks: parents that make children as fast as they can, each of which works for a short while
 * and exits. How long children are there, and the whole of it takes, is the result.
 */
import { Distribution } from '../metrics/distribution.ts';
import { Semaphore } from '../sync/semaphore.ts';
import type { Program } from '../task/task.ts';
import { latencyFigures } from './latencies.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import type { Figure, Workload, WorkloadHost } from './workload.ts';

export interface ForkStormOptions {
  /** Default 1. */
  readonly parents?: number;
  /** Of each parent; default 500. */
  readonly children?: number;
  /** Work of a child, ns; default exponential, 1 ms. */
  readonly work?: VariateSpec;
  /** Work of a fork, ns; default 100 us. */
  readonly forkNs?: number;
  /** Children that a parent has at a time; default all. */
  readonly alive?: number;
}

interface Storm {
  endedAt: number;
  running: number;
  readonly lives: Distribution;
}

interface Settings {
  readonly children: number;
  readonly work: Variate;
  readonly forkNs: number;
  readonly alive: number;
}

function parent(host: WorkloadHost, name: string, settings: Settings, storm: Storm): Program {
  const { children, work, forkNs, alive } = settings;
  const random = host.random(name);
  return function* (t) {
    const room = new Semaphore(`children of ${name}`, Math.min(alive, children));
    for (let at = 0; at < children; at++) {
      yield room.wait();
      yield t.compute(forkNs);
      const ns = Math.round(work.draw(random));
      host.spawn({
        name: `${name}-child-${at}`,
        *program(child) {
          yield child.compute(ns);
          storm.lives.add(child.now - child.task.createdAt);
          yield room.post();
        },
      });
    }
    for (let left = Math.min(alive, children); left > 0; left--) yield room.wait();
    if (--storm.running === 0) storm.endedAt = t.now;
  };
}

/** A storm of forks. */
export function forkStorm({
  parents = 1,
  children = 500,
  work,
  forkNs = 100_000,
  alive = Infinity,
}: ForkStormOptions = {}): Workload {
  const settings = { children, work: lawOf(work, variate.exponential(1_000_000)), forkNs, alive };
  let storm: Storm | null = null;
  return {
    name: `fork storm, ${parents} times ${children}`,
    start(host) {
      storm = { endedAt: 0, running: parents, lives: new Distribution() };
      for (let at = 0; at < parents; at++)
        host.spawn({ name: `parent-${at}`, program: parent(host, `parent-${at}`, settings, storm) });
    },
    figures(): readonly Figure[] {
      if (storm === null) return [];
      return [
        { name: 'forked and done', value: storm.lives.count, unit: '1' },
        ...latencyFigures('life', storm.lives),
        ...(storm.endedAt > 0 ? [{ name: 'time', value: storm.endedAt, unit: 'ns' }] : []),
      ];
    },
  };
}
