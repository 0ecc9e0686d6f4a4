/**
 * Owns the names of the workloads, for experiments that are data: each with its options, which are checked.
 */
import { bursty, poisson } from './arrivals.ts';
import { busy, interactive } from './cycles.ts';
import { forkStorm } from './fork-storm.ts';
import { hackbench } from './hackbench.ts';
import { make } from './make.ts';
import { checkOptions, type OptionShape, type OptionsOf } from './option-shape.ts';
import { replay } from './replay/replay.ts';
import { rtApp } from './rt-app/rt-app.ts';
import { schbench } from './schbench.ts';
import { type PeriodicOptions, type Periods, randomPeriodic, type TaskSetOptions } from './task-set.ts';
import { type Workload, WorkloadError } from './workload.ts';

export interface WorkloadKind {
  /** Names of its options, and of what each is. */
  readonly options: OptionShape;
  /** Makes one; wrong options are a `WorkloadError`. */
  readonly make: (options?: Readonly<Record<string, unknown>>) => Workload;
}

function kind<S extends OptionShape>(
  name: string,
  options: S,
  make: (options: OptionsOf<S>) => Workload,
): [string, WorkloadKind] {
  return [name, { options, make: (given = {}) => make(checkOptions(`workload "${name}"`, options, given)) }];
}

const ARRIVALS = { ratePerS: 'number', service: 'law', count: 'count', nice: 'nice' } as const;

interface PeriodicData extends Partial<Omit<TaskSetOptions, 'method' | 'periods'>>, PeriodicOptions {
  readonly method?: string;
  /** Periods among these, ns; by default from `periodFromNs` to `periodToNs`. */
  readonly periodsNs?: readonly number[];
  readonly periodFromNs?: number;
  readonly periodToNs?: number;
  /** `log-uniform`, each magnitude as likely, or `uniform`. */
  readonly periodLaw?: string;
}

function periodic({
  method = 'randfixedsum',
  periodsNs,
  periodFromNs = 10_000_000,
  periodToNs = 1_000_000_000,
  periodLaw = 'log-uniform',
  part = 1,
  ...bounds
}: PeriodicData): Workload {
  if (method !== 'randfixedsum' && method !== 'uunifast-discard')
    throw new WorkloadError(
      `workload "periodic": option "method" is "${method}": known are randfixedsum, uunifast-discard`,
    );
  if (periodLaw !== 'log-uniform' && periodLaw !== 'uniform')
    throw new WorkloadError(
      `workload "periodic": option "periodLaw" is "${periodLaw}": known are log-uniform, uniform`,
    );
  const range = [periodFromNs, periodToNs] as const;
  const drawn: Periods = periodLaw === 'uniform' ? { uniform: range } : { logUniform: range };
  const periods: Periods = periodsNs === undefined ? drawn : { among: periodsNs };
  return randomPeriodic({ tasks: 10, utilization: 1, method, periods, ...bounds }, { part });
}

/** All workloads that have names. */
export const WORKLOADS: ReadonlyMap<string, WorkloadKind> = new Map([
  kind('poisson', ARRIVALS, poisson),
  kind('busy', { tasks: 'count', nice: 'nice', group: 'text' }, busy),
  kind(
    'interactive',
    { tasks: 'count', nice: 'nice', group: 'text', work: 'law', sleep: 'law' },
    interactive,
  ),
  kind('bursty', { ...ARRIVALS, on: 'law', off: 'law' }, bursty),
  kind(
    'periodic',
    {
      tasks: 'count',
      utilization: 'number',
      method: 'text',
      least: 'number',
      most: 'number',
      periodsNs: 'numbers',
      periodFromNs: 'number',
      periodToNs: 'number',
      periodLaw: 'text',
      part: 'law',
    },
    periodic,
  ),
  kind(
    'hackbench',
    {
      groups: 'count',
      fds: 'count',
      loops: 'count',
      pipes: 'flag',
      write: 'law',
      read: 'law',
      forkNs: 'number',
    },
    hackbench,
  ),
  kind(
    'schbench',
    { messageThreads: 'count', workers: 'count', work: 'law', think: 'law', wakeNs: 'number' },
    schbench,
  ),
  kind(
    'make',
    {
      jobs: 'count',
      files: 'count',
      compile: 'law',
      reads: 'whole',
      read: 'law',
      forkNs: 'number',
      linkNs: 'number',
      nice: 'nice',
      group: 'text',
    },
    make,
  ),
  kind(
    'fork-storm',
    { parents: 'count', children: 'count', work: 'law', forkNs: 'number', alive: 'count' },
    forkStorm,
  ),
  kind('replay', { text: 'text', file: 'text', switchNs: 'number' }, ({ text, ...options }) => {
    if (text === undefined)
      throw new WorkloadError('workload "replay" needs the option "text": that of a trace');
    return replay(text, options);
  }),
  kind('rt-app', { text: 'text', file: 'text' }, ({ text, file = 'rt-app.json' }) => {
    if (text === undefined)
      throw new WorkloadError('workload "rt-app" needs the option "text": that of a file');
    return rtApp(text, { file });
  }),
]);

/** The workload of a name with its options. */
export function workloadNamed(name: string, options?: Readonly<Record<string, unknown>>): Workload {
  const found = WORKLOADS.get(name);
  if (found === undefined)
    throw new WorkloadError(`there is no workload "${name}": known are ${[...WORKLOADS.keys()].join(', ')}`);
  return found.make(options);
}
