/**
 * Owns sets of periodic tasks: random ones, and what they are as a workload. A set may want more than the
 * machine has; it says so.
 */
import type { RandomStream } from '../random-stream.ts';
import { lawOf } from './option-shape.ts';
import { randFixedSum, uunifastDiscard } from './utilizations.ts';
import { variate, type VariateSpec } from './variate.ts';
import { type Workload, WorkloadError } from './workload.ts';

export interface PeriodicTask {
  readonly name?: string;
  /** Longest that a job takes, ns of a CPU of speed 1. */
  readonly wcetNs: number;
  readonly periodNs: number;
  /** By default the period. */
  readonly deadlineNs?: number;
  /** When the first job is released; default 0. */
  readonly offsetNs?: number;
}

/** How periods are drawn: as they come, so that each magnitude is as likely, or from a list. */
export type Periods =
  | { readonly uniform: readonly [number, number] }
  | { readonly logUniform: readonly [number, number] }
  | { readonly among: readonly number[] };

export interface TaskSetOptions {
  readonly tasks: number;
  readonly utilization: number;
  /** Default RandFixedSum. */
  readonly method?: 'uunifast-discard' | 'randfixedsum';
  /** Bounds of the utilization of each; default 0 and 1. The first is for RandFixedSum only. */
  readonly least?: number;
  readonly most?: number;
  /** In ns; default from 10 to 1000 ms, each magnitude as likely. */
  readonly periods?: Periods;
}

const MS = 1_000_000;
const PERIODS: Periods = { logUniform: [10 * MS, 1000 * MS] };

function periodOf(periods: Periods, random: RandomStream): number {
  if ('among' in periods) {
    if (periods.among.length === 0 || periods.among.some((period) => !(period > 0)))
      throw new WorkloadError('periods among none, or not above 0');
    return periods.among[random.below(periods.among.length)];
  }
  const [from, to] = 'uniform' in periods ? periods.uniform : periods.logUniform;
  if (!(from > 0) || !(to >= from)) throw new WorkloadError(`periods from ${from} to ${to}: 0 < from <= to`);
  const part = random.uniform();
  return Math.round('uniform' in periods ? from + part * (to - from) : from * (to / from) ** part);
}

/** A random set. */
export function randomTaskSet(
  { tasks, utilization, method = 'randfixedsum', least = 0, most = 1, periods = PERIODS }: TaskSetOptions,
  random: RandomStream,
): PeriodicTask[] {
  const parts =
    method === 'randfixedsum'
      ? randFixedSum(tasks, utilization, random, { least, most })
      : uunifastDiscard(tasks, utilization, random, most);
  return parts.map((part) => {
    const periodNs = periodOf(periods, random);
    return { wcetNs: Math.max(1, Math.round(part * periodNs)), periodNs };
  });
}

/** What a set wants of a machine, in CPUs of speed 1. */
export function utilizationOf(tasks: readonly PeriodicTask[]): number {
  return tasks.reduce((sum, { wcetNs, periodNs }) => sum + wcetNs / periodNs, 0);
}

export interface PeriodicOptions {
  /** The part of its longest time that a job takes; default 1. */
  readonly part?: VariateSpec;
}

function checkTask(
  { wcetNs, periodNs, deadlineNs = periodNs, offsetNs = 0 }: PeriodicTask,
  name: string,
): void {
  const isRight = wcetNs > 0 && periodNs > 0 && periodNs < Infinity && deadlineNs > 0 && offsetNs >= 0;
  if (!isRight)
    throw new WorkloadError(
      `task "${name}": ${wcetNs} ns each ${periodNs} ns, done in ${deadlineNs} ns, from ${offsetNs} ns on`,
    );
}

/** What does not fit, in words. */
function overload(tasks: readonly PeriodicTask[], speeds: readonly number[]): string[] {
  const capacity = speeds.reduce((sum, speed) => sum + speed, 0);
  const utilization = utilizationOf(tasks);
  const fastest = Math.max(...speeds);
  const tooLong = tasks.filter(
    ({ wcetNs, periodNs, deadlineNs = periodNs }) => wcetNs > deadlineNs * fastest,
  );
  return [
    ...(utilization > capacity + 1e-9
      ? [`utilization ${utilization.toFixed(3)} is above the ${capacity} CPUs there are: jobs will be late`]
      : []),
    ...(tooLong.length > 0
      ? [`${tooLong.length} tasks take longer than their deadlines, however they run`]
      : []),
  ];
}

/** Each task releases a job in every period, whether or not the last is done. */
export function periodicTaskSet(tasks: readonly PeriodicTask[], { part }: PeriodicOptions = {}): Workload {
  const law = lawOf(part, variate.constant(1));
  const named = tasks.map((task, at) => ({ ...task, name: task.name ?? `task-${at}` }));
  for (const task of named) checkTask(task, task.name);
  const warnings: string[] = [];
  return {
    name: `${tasks.length} periodic tasks`,
    utilization: utilizationOf(tasks) * law.mean,
    warnings,
    start(host) {
      const speeds = host.topology.cpus.map(({ speed }) => speed);
      warnings.splice(0, Infinity, ...overload(tasks, speeds));
      for (const { name, wcetNs, periodNs, deadlineNs = periodNs, offsetNs = 0 } of named) {
        const random = host.random(`part of ${name}`);
        const spawn = (): void =>
          void host.spawn({
            name,
            periodNs,
            budgetNs: wcetNs,
            *program(t) {
              for (;;) {
                yield t.nextPeriod(periodNs, deadlineNs);
                yield t.compute(Math.round(wcetNs * law.draw(random)));
              }
            },
          });
        if (offsetNs === 0) spawn();
        else host.at(offsetNs, spawn);
      }
    },
  };
}

/** A random set as a workload: another one for another seed. */
export function randomPeriodic(options: TaskSetOptions, periodic: PeriodicOptions = {}): Workload {
  // Wrong options are an error now, not when it is started.
  if (!(options.utilization > 0)) throw new WorkloadError(`a utilization of ${options.utilization}`);
  const warnings: string[] = [];
  return {
    name: `${options.tasks} periodic tasks, utilization ${options.utilization}`,
    utilization: options.utilization * lawOf(periodic.part, variate.constant(1)).mean,
    warnings,
    start(host) {
      const set = periodicTaskSet(randomTaskSet(options, host.random('task set')), periodic);
      set.start(host);
      warnings.splice(0, Infinity, ...(set.warnings ?? []));
    },
  };
}
