import { describe, it } from 'mocha';
import { SIGKILL } from '../../src/signal/signals.ts';
import { explores } from '@smplab/explore/mocha';
import { processScenario } from '../../src/process-scenario.ts';
import { textImage } from '../../src/text/assembler.ts';
import { ends, explored, LIMITS, passes, VERDICT } from './text-program.ts';

describe('the address space of a text program', () => {
  it(
    'has its arguments and environment on the stack',
    passes(
      'arguments',
      `
      main: li r12, 1
            li r3, 3
            bne r0, r3, fail
            li r12, 2
            bne r1, sp, fail
            ld r4, [r1 + 8]
            ld r5, [r4]           ; "two"
            li r6, 0x6f7774
            bne r5, r6, fail
            li r12, 3
            ld r4, [r1 + 12]
            li r5, 0
            bne r4, r5, fail
            li r12, 4
            ld r4, [r2]
            bne r4, r5, fail
      ${VERDICT}`,
    ),
  );

  it(
    'does not hold a program that is too large, which is told to whoever made the machine',
    ends('large', 'main: nop\n .data\n .space 2000', 0, { expects: 'scenario-misuse' }),
  );

  it(
    'does not hold arguments that leave no room for a stack: the process is killed in exec',
    explored(
      'long arguments',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const { status } = yield* u.wait4(pid);
          u.assert(status === SIGKILL, `status ${status}`);
        },
        *child(u) {
          yield* u.execve('/bin/text', ['text', 'x'.repeat(1500)]);
        },
      },
      { '/bin/text': 'main: nop' },
    ),
  );

  it(
    'is made for the first program of the machine as well',
    explores(
      processScenario(
        'first',
        { limits: LIMITS, argv: ['one'] },
        {
          '/bin/first': textImage(`
          main: li r3, 2
          loop: bne r0, r3, loop  ; for ever if it is wrong
                li r1, 0
                sys exit`),
        },
      ),
      { strategy: 'random', schedules: 5 },
    ),
  );
});
