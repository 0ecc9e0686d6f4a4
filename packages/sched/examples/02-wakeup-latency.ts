/**
 * EEVDF against CFS: how long an interactive task waits for a CPU that others keep busy.
 */
import { experiment } from '@smplab/sched';

export default experiment({
  name: 'wakeup latency',
  description:
    'Hogs and four interactive tasks on four CPUs. A sleeper that wakes is put ahead by CFS, up to half a ' +
    'latency period; EEVDF gives it no credit, but a deadline.',
  factors: { policy: ['cfs', 'eevdf', 'rr'], hogs: [4, 8, 16] },
  machine: 4,
  durationNs: 4_000_000_000,
  warmupNs: 500_000_000,
  policy: { $: 'policy' },
  workload: (host, { hogs }) => {
    for (let at = 0; at < hogs; at++) {
      host.spawn({
        name: 'hog',
        program: function* (t) {
          for (;;) yield t.compute(50_000_000);
        },
      });
    }
    for (let at = 0; at < 4; at++) {
      const random = host.random(`interactive ${at}`);
      host.spawn({
        name: 'interactive',
        program: function* (t) {
          for (;;) {
            yield t.sleep(random.exponential(10_000_000));
            yield t.compute(300_000);
          }
        },
      });
    }
  },
  metrics: [
    {
      name: 'interactive-p99',
      unit: 'ns',
      better: 'less',
      measure: ({ groups }) =>
        groups.find(({ name }) => name === 'interactive')?.wakeup.quantile(0.99) ?? null,
    },
    'wakeup.p50',
    'wakeup.p99',
    'fairness',
    'switches',
  ],
  compare: { factor: 'policy', baseline: 'cfs', metrics: ['interactive-p99', 'switches'] },
});
