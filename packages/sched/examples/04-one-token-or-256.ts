/**
 * The process table under one token, as it was, and under one for each of its 256 hash buckets, on 1 to 64
 * CPUs: the kernel's own code in virtual time.
 */
import { processScenario, type ProcessScenario } from '@smplab/proc';
import { experiment, processWorkload, type ProgramCounter } from '@smplab/sched';

/** A process on each CPU that looks its neighbour up, and computes for a microsecond. */
function lookups(cpus: number, phase: () => number, counter: ProgramCounter): ProcessScenario {
  const pids: number[] = [];
  return processScenario(
    'lookups',
    {},
    {
      '/bin/lookups': {
        *main(u) {
          for (let at = 0; at < cpus; at++) pids.push(yield* u.fork('asker', at));
          yield* u.wait();
        },
        *asker(u, at: number) {
          yield* u.compute(500_000 + 1_000 * phase());
          for (;;) {
            yield* u.getpgid(pids[(at + 1) % cpus]);
            counter.add('lookups');
            yield* u.compute(1_000);
          }
        },
      },
    },
  );
}

export default experiment({
  name: 'one token or 256',
  description:
    'A process on each CPU asks for the process group of its neighbour (pfind), and computes for 1 us.',
  factors: { tokens: [1, 256], cpus: [1, 2, 4, 8, 16, 32, 64] },
  machine: { $: 'cpus' },
  policy: 'rr',
  durationNs: 4_000_000,
  warmupNs: 2_000_000,
  processes: ({ tokens, cpus }, random) =>
    processWorkload('lookups', { limits: { allprocHashSize: tokens } }, (counter) =>
      lookups(cpus, () => random.uniform(), counter),
    ),
  metrics: ['lookups rate'],
  compare: { factor: 'tokens', baseline: 1, metrics: ['lookups rate'] },
});
