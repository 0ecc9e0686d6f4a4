import { describe, it } from 'mocha';
import { EINTR, EINVAL } from '../../src/errno.ts';
import { SIGALRM } from '../../src/signal/signals.ts';
import { once, scenario } from './runs.ts';

describe('sleeping', () => {
  it(
    'takes the ticks it is asked for, none for 0, and a signal ends it early',
    once(
      scenario('ticks', {
        '/bin/parent': {
          *main(u) {
            for (const ticks of [1, 2, 7]) {
              const before = u.ticks;
              u.assert((yield* u.nanosleep(ticks)) === 0, 'it sleeps');
              u.assert(u.ticks - before >= ticks, `${u.ticks - before} ticks, not ${ticks}`);
            }
            const before = u.ticks;
            u.assert((yield* u.nanosleep(0)) === 0 && u.ticks === before, 'no time');
            u.assert((yield* u.nanosleep(-1)) === -1 && u.errno === EINVAL, 'less than no time');
            yield* u.signal(SIGALRM, 'alarm');
            yield* u.setitimer(3);
            const result = yield* u.nanosleep(1000);
            const slept = u.ticks - before;
            // Whoever is not scheduled until then sleeps to the end.
            if (result === 0) u.assert(slept >= 1000, `only ${slept} ticks`);
            else u.assert(u.errno === EINTR && (yield* u.load(0)) === 1, `errno ${u.errno}`);
          },
          *alarm(u) {
            yield* u.store(0, 1);
          },
        },
      }),
    ),
  );

  it(
    'for a moment lets an equal on the same CPU run first',
    once(
      scenario(
        'yield',
        {
          '/bin/parent': {
            *main(u) {
              yield* u.lwp_create('other');
              let turns = 0;
              for (; (yield* u.load(0)) === 0; turns++) {
                u.assert(turns < 5, 'the other thread never runs');
                u.assert((yield* u.sched_yield()) === 0, 'it always works');
              }
              u.assert(u.ticks === 0, 'no time has passed');
            },
            *other(u) {
              yield* u.store(0, 1);
            },
          },
        },
        { cpus: 1 },
      ),
    ),
  );
});
