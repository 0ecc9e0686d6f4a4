/**
 * Owns which metrics an experiment has: those that all have, and its own. Pure.
 */
import { type Measure, MEASURES } from '../metrics/measure.ts';
import type { RunView } from '../metrics/run-view.ts';
import type { ExperimentSpec } from './spec.ts';

/** All metrics that are measured in each run. */
export function metricsOf({ metrics = [] }: ExperimentSpec): Measure[] {
  const own = metrics.flatMap((metric): Measure[] => {
    if (typeof metric === 'string') return [];
    const { name, unit, better = null, measure } = metric;
    return [{ name, title: name, unit, better, isUsual: true, measure: (run: RunView) => measure(run) }];
  });
  return [...MEASURES, ...own];
}
