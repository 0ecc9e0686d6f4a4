/**
 * `ps` in a loop against a storm of forks: what each costs the other, with the walk that moves from CPU to
 * CPU (the seed's), with messages to each CPU, and with one lock for all processes.
 */
import { processScenario, type ProcessScenario } from '@smplab/proc';
import { experiment, processWorkload, type ProgramCounter } from '@smplab/sched';

/** kern.proc.all, with the threads. */
const KERN_PROC_ALL_LWP = [1, 14, 0x10];
const SLEEPERS = 100;

interface Storm {
  readonly forkers: number;
  readonly hasPs: boolean;
  readonly psMigrates: boolean;
}

function storm(
  { forkers, hasPs, psMigrates }: Storm,
  jitter: () => number,
  counter: ProgramCounter,
): ProcessScenario {
  return processScenario(
    'ps',
    { psMigrates },
    {
      '/bin/ps': {
        *main(u) {
          for (let at = 0; at < SLEEPERS; at++) yield* u.fork('sleeper');
          if (hasPs) yield* u.fork('lister');
          for (let at = 0; at < forkers; at++) yield* u.fork('forker');
          yield* u.pause();
        },
        *sleeper(u) {
          yield* u.pause();
        },
        *lister(u) {
          for (;;) {
            const from = counter.now;
            yield* u.__sysctl(KERN_PROC_ALL_LWP);
            counter.time('scan', counter.now - from);
          }
        },
        *forker(u) {
          for (;;) {
            const pid = yield* u.fork('child');
            yield* u.wait4(pid);
            counter.add('lives');
          }
        },
        *child(u) {
          yield* u.compute(5_000 + 100 * jitter());
        },
      },
    },
  );
}

export default experiment({
  name: 'ps and forks',
  description:
    'A hundred sleepers, a process on each CPU that forks and waits, and one that lists all processes.',
  factors: { scan: ['migrates', 'messages', 'one lock'], ps: [false, true], cpus: [4, 16] },
  machine: { $: 'cpus' },
  policy: 'rr',
  durationNs: 8_000_000,
  warmupNs: 3_000_000,
  processes: ({ scan, ps, cpus }, random) =>
    processWorkload(
      'ps',
      { limits: { allprocHashSize: scan === 'one lock' ? 1 : 256, maxproc: 2_000 } },
      (counter) =>
        storm({ forkers: cpus, hasPs: ps, psMigrates: scan === 'migrates' }, () => random.uniform(), counter),
    ),
  metrics: ['lives rate', 'scan mean', 'scan max'],
  compare: { factor: 'scan', baseline: 'migrates', metrics: ['lives rate', 'scan mean'] },
});
