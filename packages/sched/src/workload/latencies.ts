/**
 * Owns how a workload tells of times that it has measured: as figures, one for each percentile.
 */
import type { Distribution } from '../metrics/distribution.ts';
import type { Figure } from './workload.ts';

const PARTS: readonly (readonly [string, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p99.9', 0.999],
];

/** Mean, percentiles and most of times in ns. */
export function latencyFigures(name: string, times: Distribution): readonly Figure[] {
  return [
    { name: `${name} mean`, value: times.mean, unit: 'ns' },
    ...PARTS.map(([part, quantile]) => ({
      name: `${name} ${part}`,
      value: times.quantile(quantile),
      unit: 'ns',
    })),
    { name: `${name} max`, value: times.max, unit: 'ns' },
  ];
}
