/**
 * How often the ordinary pattern of a shell makes two process groups with one id: parent and child both call
 * setpgid, and the kernel of the seed does not look again after it has waited for memory.
 */
import { processScenario, type ProcessScenario } from '@smplab/proc';
import { experiment, processWorkload, type ProgramCounter } from '@smplab/sched';

const SIGKILL = 9;
const SIGTERM = 15;
const SIGSTOP = 17;
const SIGCONT = 19;
const WUNTRACED = 2;
/** Each of the three does something else first, for up to so long. */
const JITTER_NS = 10_000;

/** A shell that starts pipelines of two jobs, one after the other. */
function shell(some: () => number, counter: ProgramCounter): ProcessScenario {
  return processScenario(
    'shell',
    {},
    {
      '/bin/sh': {
        *main(u) {
          for (;;) {
            const leader = yield* u.fork('leader');
            const second = yield* u.fork('second', leader);
            yield* u.compute(some());
            yield* u.setpgid(leader, leader);
            const { status: joined } = yield* u.wait4(second, WUNTRACED);
            yield* u.killpg(leader, SIGKILL);
            // Who has not got that one goes on, or ends otherwise.
            yield* u.kill(leader, SIGTERM);
            const { status: first } = yield* u.wait4(leader);
            let isWrong = first !== SIGKILL;
            if (joined !== 0) {
              yield* u.kill(second, SIGCONT);
              const { status } = yield* u.wait4(second);
              isWrong ||= status !== SIGKILL;
            }
            counter.share('wrong pipelines', isWrong);
          }
        },
        *leader(u) {
          yield* u.compute(some());
          yield* u.setpgid(0, 0);
          yield* u.pause();
        },
        *second(u, leader: number) {
          const self = yield* u.getpid();
          yield* u.compute(some());
          if ((yield* u.setpgid(0, leader)) < 0) return;
          yield* u.kill(self, SIGSTOP);
        },
      },
    },
  );
}

export default experiment({
  name: 'two groups with one id',
  description:
    'A shell starts pipelines of two jobs. Wrong is one of which a signal to its group misses a job.',
  factors: { kernel: ['as seed', 'fixed'], 'memory us': [0, 1, 2, 5, 10] },
  machine: 2,
  policy: 'rr',
  durationNs: 30_000_000,
  processes: ({ kernel, 'memory us': memoryWaitTicks }, random) => {
    const asSeed = kernel === 'fixed' ? [] : ['enterpgrp-revalidate'];
    return processWorkload('shell', { asSeed, memoryWaitTicks, limits: { hz: 1_000_000 } }, (counter) =>
      shell(() => JITTER_NS * random.uniform(), counter),
    );
  },
  metrics: ['wrong pipelines share'],
  compare: { factor: 'kernel', baseline: 'as seed', metrics: ['wrong pipelines share'] },
});
