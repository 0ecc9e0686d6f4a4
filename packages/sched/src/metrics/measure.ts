/**
 * Owns the metrics that every experiment has: names, units, which way is better, and how each is had of a
 * run. One that means nothing for a run, as latencies of a run in which nobody was woken, is null.
 */
import type { RunView } from './run-view.ts';

export interface Measure {
  readonly name: string;
  /** For people: `p99 wakeup latency`. */
  readonly title: string;
  /** `ns`, `%`, `1/s`; `1` for what is counted. */
  readonly unit: string;
  readonly better: 'less' | 'more' | null;
  /** Shown unless something else is asked for. */
  readonly isUsual: boolean;
  readonly measure: (run: RunView) => number | null;
}

const PARTS = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;

interface Times {
  readonly count: number;
  readonly mean: number;
  quantile(part: number): number;
}

/** Mean and percentiles of some times. `low`: of a part of them it is not below, not above. */
function timesOf(
  name: string,
  title: string,
  usual: readonly string[],
  of: (run: RunView) => Times,
  low = false,
): Measure[] {
  const better = low ? 'more' : 'less';
  const measured = (value: (times: Times) => number) => (run: RunView) => {
    const times = of(run);
    return times.count === 0 ? null : value(times);
  };
  return [
    {
      name: `${name}.mean`,
      title: `mean ${title}`,
      unit: 'ns',
      better,
      isUsual: usual.includes('mean'),
      measure: measured((times) => times.mean),
    },
    ...PARTS.map(([part, quantile]): Measure => ({
      name: `${name}.${part}`,
      title: `${part} ${title}`,
      unit: 'ns',
      better,
      isUsual: usual.includes(part),
      measure: measured((times) => times.quantile(low ? 1 - quantile : quantile)),
    })),
  ];
}

type Value = (run: RunView) => number | null;

function one(
  name: string,
  title: string,
  unit: string,
  better: Measure['better'],
  isUsual: boolean,
  measure: Value,
): Measure {
  return { name, title, unit, better, isUsual, measure };
}

const perSecond =
  (count: (run: RunView) => number): Value =>
  (run) =>
    run.measuredNs === 0 ? null : (count(run) / run.measuredNs) * 1e9;

/** Part of the time of all CPUs, in percent. */
const ofMachine =
  (ns: (run: RunView) => number): Value =>
  (run) =>
    run.measuredNs === 0 ? null : (100 * ns(run)) / (run.measuredNs * run.cpus.length);

function missRatio({ misses, slack }: RunView): number | null {
  return slack.count === 0 ? null : (100 * misses) / Math.max(misses, slack.count);
}

export const MEASURES: readonly Measure[] = [
  ...timesOf('response', 'response time', ['mean', 'p99'], (run) => run.response),
  ...timesOf('wakeup', 'wakeup latency', ['p50', 'p99', 'p99.9'], (run) => run.wakeup),
  ...timesOf('wait', 'wait for a CPU', ['p99'], (run) => run.wait),
  ...timesOf('slack', 'slack', ['p99'], (run) => run.slack, true),
  one(
    'throughput',
    'throughput',
    '1/s',
    'more',
    true,
    perSecond((run) => run.done),
  ),
  one(
    'utilisation',
    'utilisation',
    '%',
    null,
    true,
    ofMachine((run) => run.busyNs),
  ),
  one(
    'overhead',
    'overhead',
    '%',
    'less',
    false,
    ofMachine((run) => run.overheadNs),
  ),
  one(
    'switches',
    'context switches',
    '1/s',
    'less',
    true,
    perSecond((run) => run.switches),
  ),
  one(
    'preemptions',
    'preemptions',
    '1/s',
    null,
    true,
    perSecond((run) => run.preemptions),
  ),
  one(
    'migrations',
    'migrations',
    '1/s',
    'less',
    true,
    perSecond((run) => run.migrations),
  ),
  one('fairness', 'fairness', 'of 1', 'more', true, (run) => run.fairness),
  one('lag', 'furthest from its share', 'ns', 'less', true, (run) => run.lagNs),
  one('misses', 'deadline misses', '1', 'less', true, (run) =>
    run.slack.count + run.misses === 0 ? null : run.misses,
  ),
  one('misses.ratio', 'part of jobs late', '%', 'less', false, missRatio),
  one('tardiness.mean', 'mean tardiness', 'ns', 'less', false, (run) =>
    run.slack.count === 0 ? null : run.tardiness.mean,
  ),
  one('tardiness.max', 'most tardiness', 'ns', 'less', true, (run) =>
    run.slack.count === 0 ? null : run.tardiness.max,
  ),
  one('queue.mean', 'mean run-queue length', '1', 'less', true, (run) =>
    run.measuredNs === 0 ? null : run.waitingNs / run.measuredNs,
  ),
  one('queue.max', 'longest run queue', '1', 'less', false, (run) => run.mostWaiting),
  one(
    'wasted',
    'idle while overloaded',
    '%',
    'less',
    true,
    ofMachine((run) => run.wastedNs),
  ),
  one('wait.longest', 'longest wait', 'ns', 'less', true, (run) => run.longestWaitNs),
  one('makespan', 'end of the last task', 'ns', 'less', true, (run) => run.endedNs),
];
