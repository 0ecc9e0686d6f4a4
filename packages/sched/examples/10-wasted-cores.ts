/**
 * "A Decade of Wasted Cores" (Lozi et al., EuroSys 2016): CFS compared the average loads of nodes, so that
 * one heavy thread made a node look busy whose other cores were idle.
 */
import { cfs, experiment, type Task } from '@smplab/sched';

const MS = 1_000_000;
/** Cores in the middle of two nodes, where the two R begin, as if by chance. */
const R_CORES = [27, 44];

export default experiment({
  name: 'wasted cores',
  description:
    'make with 64 jobs of 100 ms from one terminal beside two R from two others, on 64 cores of 8 nodes.',
  factors: { balancer: ['average', 'minimum'], files: [64, 192, 384] },
  repetitions: 5,
  machine: { preset: 'bulldozer' },
  costs: 'none',
  policy: ({ balancer }) =>
    cfs({ tickNs: 4 * MS, balanceTicks: 2, bugs: { groupImbalance: balancer === 'average' } }),
  durationNs: ({ files }) => (files / 64) * 400 * MS,
  workload: (host, { files }) => {
    const phase = Math.round(MS * host.random('phase').uniform());
    for (const cpu of R_CORES) {
      const r: Task = host.spawn({
        name: `R ${cpu}`,
        group: `R ${cpu}`,
        affinity: [cpu],
        program: function* (t) {
          for (;;) yield t.compute(1_000 * MS);
        },
      });
      host.at(MS + phase, () => (r.affinity = null));
    }
    return {
      name: 'make',
      options: { jobs: 64, files, compile: 100 * MS, reads: 0, linkNs: 0, group: 'make' },
    };
  },
  metrics: [
    {
      name: 'build time',
      unit: 'ns',
      better: 'less',
      measure: ({ figures }) => figures.find(({ name }) => name === 'time')?.value ?? null,
    },
    'wasted',
    'utilisation',
  ],
  compare: { factor: 'balancer', baseline: 'average', metrics: ['build time', 'wasted'] },
});
