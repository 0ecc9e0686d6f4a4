import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { describe, it } from 'mocha';
import { EBADF, ESRCH, RESTART } from '../../src/errno.ts';
import { processScenario } from '../../src/process-scenario.ts';
import { curlwp } from '../../src/proc-kernel.ts';
import { SIGUSR1 } from '../../src/signal/signals.ts';
import { L } from '../../src/table/lwp.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import { once, scenario } from '../life/runs.ts';

const NO_PID = 4711;

/** What one run of a program comes to. */
function told(program: GeneratorImage): string {
  const one = processScenario('told', { cpus: 1 }, { '/bin/test': program });
  const { verdict, message } = explore(one, { strategy: 'random', schedules: 1, shrink: false });
  return `${verdict}: ${message}`;
}

describe('a system call of a program', () => {
  it(
    'gives -1 and an errno, which stays until the next one that fails',
    once(
      scenario('errno', {
        '/bin/test': {
          *main(u) {
            u.assert(u.errno === 0, 'none at first');
            u.assert((yield* u.close(7)) === -1 && u.errno === EBADF, `errno ${u.errno}`);
            u.assert((yield* u.getpid()) === 2 && u.errno === EBADF, 'a call that works leaves it alone');
            u.assert((yield* u.kill(NO_PID, 0)) === -1 && u.errno === ESRCH, 'the next one that fails');
            yield* u.lwp_create('other');
            while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
            u.assert(u.errno === ESRCH, 'each thread has its own');
          },
          *other(u) {
            u.assert(u.errno === 0, 'none at first');
            yield* u.close(7);
            yield* u.store(0, 1);
          },
        },
      }),
    ),
  );

  it('of the scenario’s own is issued again as long as it says so, at the boundary each time', () => {
    const one = processScenario(
      'restart',
      {
        cpus: 1,
        systemCalls: {
          *often(k, times) {
            const calls = k.context.words[curlwp(k.context) + L.lwp_nsyscall];
            if (calls % 100 !== times) return RESTART;
            yield* k.lwkt_yield();
            return calls;
          },
          *fails() {
            yield* [];
            return -ESRCH;
          },
        },
      },
      {
        '/bin/test': {
          *main(u) {
            yield* u.signal(SIGUSR1, 'handler');
            u.assert((yield* u.syscall('often', 40)) === 40, 'in the fortieth time');
            u.assert((yield* u.syscall('fails')) === -1 && u.errno === ESRCH, 'it fails like any other');
          },
          *handler() {},
        },
      },
    );
    const { verdict, message } = explore(one, { strategy: 'random', schedules: 1, shrink: false });
    assert.equal(verdict, 'none', message);
  });
});

describe('a slip in a program', () => {
  const slips: readonly (readonly [string, GeneratorImage['main'], RegExp])[] = [
    ['a system call there is not', (u) => u.syscall('none'), /no system call "none"/],
    ['an entry there is not', (u) => u.fork('none'), /\/bin\/test has no entry "none": its entries are main/],
    ['a word that is none', (u) => u.kill(2, 1.5), /u\.kill was given 1\.5: arguments are int32 words/],
    ['a path that is no text', (u) => u.execve(5 as never), /u\.execve was given 5: texts are needed/],
  ];
  for (const [what, main, message] of slips) {
    it(`is told to whoever wrote it: ${what}`, () => {
      const said = told({ main });
      assert.match(said, /^scenario-misuse: /);
      assert.match(said, message);
    });
  }

  it('is told when a condition is neither true nor false', () => {
    const said = told({
      *main(u) {
        yield* u.getpid();
        u.assert(1 as never, 'one');
      },
    });
    assert.match(said, /^scenario-misuse: u\.assert\("one"\) was given 1/);
  });

  it('ends the run where the program says it has failed', () => {
    const said = told({
      *main(u) {
        yield* u.getpid();
        u.fail('here');
      },
    });
    assert.equal(said, 'assertion: here');
  });
});
