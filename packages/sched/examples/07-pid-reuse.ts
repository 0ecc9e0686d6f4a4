/**
 * The wait before a process number is used again, against the rate of forks: where the knee is.
 */
import { processScenario, type ProcessScenario } from '@smplab/proc';
import { experiment, processWorkload, type ProgramCounter } from '@smplab/sched';

const SECOND_NS = 1e9;
const LIMITS = { hz: 1_000, pidMax: 500, maxproc: 100 };

/** A process that forks so many times a second, if it can, and waits for each child. */
function forks(rate: number, counter: ProgramCounter): ProcessScenario {
  return processScenario(
    'forks',
    {},
    {
      '/bin/forks': {
        *main(u) {
          for (let next = 0; ; next += SECOND_NS / rate) {
            const from = counter.now;
            const pid = yield* u.fork('child');
            counter.time('fork', counter.now - from);
            yield* u.wait4(pid);
            counter.add('lives');
            const ms = Math.round((next - counter.now) / 1e6);
            if (ms > 0) yield* u.nanosleep(ms);
          }
        },
        *child() {
          // It has been made: that is all.
        },
      },
    },
  );
}

export default experiment({
  name: 'pid reuse',
  description:
    'A process forks at a rate, and has numbers up to 500 in 256 domains. Each of them rests for the ' +
    'second in which a number of it was given back, and `delay` more.',
  factors: { delay: [0, 1], rate: [50, 100, 120, 150, 200, 250, 300, 400] },
  repetitions: 1,
  machine: 1,
  policy: 'rr',
  durationNs: 12 * SECOND_NS,
  warmupNs: 4 * SECOND_NS,
  processes: ({ delay, rate }) =>
    processWorkload('forks', { limits: { ...LIMITS, piddomDelay: delay } }, (counter) =>
      forks(rate, counter),
    ),
  metrics: ['lives rate', 'fork mean', 'fork max'],
});
