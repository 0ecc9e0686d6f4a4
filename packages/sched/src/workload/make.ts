/**
 * Owns what make -j does: a parent that forks compilers, so many at a time; each works for a while, and waits
 * for a disk every now and then. Then one links. The time for all of it is the result.
 */
import { Semaphore } from '../sync/semaphore.ts';
import type { Program } from '../task/task.ts';
import { Distribution } from '../metrics/distribution.ts';
import { latencyFigures } from './latencies.ts';
import { lawOf } from './option-shape.ts';
import { type Variate, variate, type VariateSpec } from './variate.ts';
import type { Figure, Workload, WorkloadHost } from './workload.ts';

export interface MakeOptions {
  /** At a time; default as many as there are CPUs. */
  readonly jobs?: number;
  /** Default 100. */
  readonly files?: number;
  /** Work to compile one, ns; default lognormal, mean 100 ms, sigma 0.7. */
  readonly compile?: VariateSpec;
  /** Times that it waits for the disk; default 5. */
  readonly reads?: number;
  /** How long, ns; default exponential, 500 us. */
  readonly read?: VariateSpec;
  /** Work of a fork, ns; default 300 us (with an exec). */
  readonly forkNs?: number;
  /** Work of the linker, ns; default 200 ms; 0: nobody links. */
  readonly linkNs?: number;
  readonly nice?: number;
  /** Task group of all of it, for policies that know groups. */
  readonly group?: string;
}

interface Build {
  endedAt: number;
  readonly compiled: Distribution;
}

interface Settings extends Required<Omit<MakeOptions, 'jobs' | 'compile' | 'read' | 'group'>> {
  readonly jobs: number | undefined;
  readonly compile: Variate;
  readonly read: Variate;
  readonly own: { readonly nice: number; readonly group?: string };
}

function compiler(
  host: WorkloadHost,
  at: number,
  done: Semaphore,
  settings: Settings,
  build: Build,
): Program {
  const { compile, read, reads } = settings;
  const random = host.random(`file-${at}`);
  return function* (t) {
    const part = compile.draw(random) / (reads + 1);
    for (let left = reads; left > 0; left--) {
      yield t.compute(Math.round(part));
      yield t.sleep(Math.round(read.draw(random)));
    }
    yield t.compute(Math.round(part));
    build.compiled.add(t.now - t.task.createdAt);
    yield done.post();
  };
}

function parent(host: WorkloadHost, settings: Settings, build: Build): Program {
  const { files, forkNs, linkNs, own, jobs = host.topology.count } = settings;
  return function* (t) {
    const done = new Semaphore('slots', jobs);
    for (let at = 0; at < files; at++) {
      yield done.wait();
      yield t.compute(forkNs);
      host.spawn({ name: `cc-${at}`, program: compiler(host, at, done, settings, build), ...own });
    }
    for (let left = jobs; left > 0; left--) yield done.wait();
    if (linkNs > 0) {
      yield t.compute(forkNs);
      host.spawn({
        name: 'ld',
        ...own,
        *program(linker) {
          yield linker.compute(linkNs);
          yield done.post();
        },
      });
      yield done.wait();
    }
    build.endedAt = t.now;
  };
}

/** make -j. */
export function make({
  jobs,
  files = 100,
  compile,
  reads = 5,
  read,
  forkNs = 300_000,
  linkNs = 200_000_000,
  nice = 0,
  group,
}: MakeOptions = {}): Workload {
  const settings: Settings = {
    jobs,
    files,
    reads,
    forkNs,
    linkNs,
    nice,
    compile: lawOf(compile, variate.lognormal(100_000_000, 0.7)),
    read: lawOf(read, variate.exponential(500_000)),
    own: { nice, ...(group === undefined ? {} : { group }) },
  };
  let build: Build | null = null;
  return {
    name: `make -j${jobs ?? ''}, ${files} files`,
    start(host) {
      build = { endedAt: 0, compiled: new Distribution() };
      host.spawn({ name: 'make', program: parent(host, settings, build), ...settings.own });
    },
    figures(): readonly Figure[] {
      if (build === null) return [];
      return [
        { name: 'compiled', value: build.compiled.count, unit: '1' },
        ...latencyFigures('compile', build.compiled),
        ...(build.endedAt > 0 ? [{ name: 'time', value: build.endedAt, unit: 'ns' }] : []),
      ];
    },
  };
}
