import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { explores } from '@smplab/explore/mocha';
import * as kern from '../../src/kern.ts';
import { processScenario } from '../../src/process-scenario.ts';

const FROM = 0x40;

describe('the user boundary', () => {
  it('refuses a system call that keeps a token, and names it', () => {
    const scenario = processScenario(
      'keeps a token',
      {
        cpus: 1,
        systemCalls: {
          *keep(k) {
            yield* k.lwkt_gettoken(kern.curproc(k.context) + kern.P.p_token);
          },
        },
      },
      {
        '/bin/keeper': {
          *main(u) {
            yield* u.syscall('keep');
          },
        },
      },
    );
    const result = explore(scenario, { strategy: 'random', schedules: 1, seed: 1 });
    assert.equal(result.verdict, 'token-misuse');
    assert.match(result.message, /I3: process 2\/1: tokens at the user boundary: expected none, found proc/);
  });

  it(
    'runs a handler nested in a handler, each with an errno of its own, and goes on',
    explores(
      processScenario(
        'nested',
        { cpus: 1 },
        {
          '/bin/nested': {
            *main(u) {
              yield* u.signal(kern.SIGUSR1, 'outer');
              yield* u.signal(kern.SIGUSR2, 'inner');
              u.assert((yield* u.kill(-77, 0)) === -1 && u.errno === 3, 'nobody there');
              yield* u.kill(yield* u.getpid(), kern.SIGUSR1);
              u.assert((yield* u.load(FROM)) === 12, `handlers ran as ${yield* u.load(FROM)}`);
              u.assert(u.errno === 3, `errno became ${u.errno}`);
            },
            *outer(u, signal: number) {
              u.assert(signal === kern.SIGUSR1, 'the number of the signal');
              u.assert((yield* u.getsid(4711)) === -1 && u.errno === 3, 'no such process');
              yield* u.kill(yield* u.getpid(), kern.SIGUSR2);
              yield* u.store(FROM, (yield* u.load(FROM)) * 10 + 2);
            },
            *inner(u) {
              u.assert((yield* u.setpgid(0, -5)) === -1 && u.errno === 22, 'an invalid group');
              yield* u.store(FROM, (yield* u.load(FROM)) * 10 + 1);
            },
          },
        },
      ),
      { strategy: 'random', schedules: 20 },
    ),
  );

  it(
    'ends a program that touches no address of its own with SIGSEGV, unless it has a handler',
    explores(
      processScenario(
        'faults',
        { cpus: 1 },
        {
          '/bin/faults': {
            *main(u) {
              const { status } = yield* u.wait4(yield* u.fork('wild'));
              u.assert((status & 0x7f) === kern.SIGSEGV, `status ${status}`);
              const caught = yield* u.wait4(yield* u.fork('careful'));
              u.assert(caught.status === 9 << 8, `status ${caught.status}`);
            },
            *wild(u) {
              yield* u.store(-4, 1);
              u.fail('it goes on');
            },
            *careful(u) {
              yield* u.signal(kern.SIGSEGV, 'leave');
              yield* u.load(0x7ffffffc);
              u.fail('it goes on');
            },
            *leave(u) {
              yield* u.exit(9);
            },
          },
        },
      ),
      { strategy: 'random', schedules: 10 },
    ),
  );
});
