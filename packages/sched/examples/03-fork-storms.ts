/**
 * Fork storms under DragonFly's two user schedulers: one queue for all CPUs (bsd4), or one for each and a
 * walk over the topology (dfly).
 */
import { experiment } from '@smplab/sched';

export default experiment({
  name: 'fork storms',
  description: 'Parents fork children as fast as they can, which work for a millisecond on average.',
  factors: { policy: ['bsd4', 'dfly'], parents: [1, 4, 16] },
  machine: { preset: 'bulldozer' },
  policy: { $: 'policy' },
  workload: (_host, { parents }) => ({ name: 'fork-storm', options: { parents, children: 4000 / parents } }),
  metrics: ['response.mean', 'response.p99', 'migrations', 'wasted', 'utilisation'],
  compare: { factor: 'policy', baseline: 'bsd4', metrics: ['response.mean', 'response.p99', 'migrations'] },
});
