import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { explores } from '@smplab/explore/mocha';
import { FixSwitchError } from '@smplab/lwkt';
import { processScenario, type ProcessScenarioOptions } from '../src/process-scenario.ts';
import type { Programs } from '../src/user/image.ts';

const oneChild = (options: ProcessScenarioOptions = {}): ReturnType<typeof processScenario> =>
  processScenario('one child', options, {
    '/bin/parent': {
      *main(u) {
        const pid = yield* u.fork('child', 7);
        const { pid: found, status } = yield* u.wait4(pid);
        u.assert(found === pid, `it waited for ${pid} and got ${found}`);
        u.assert(status === 7 << 8, `the child exits with 7, not with status ${status}`);
      },
      *child(u, code: number) {
        yield* u.exit(code);
      },
    },
  });

describe('a process scenario', () => {
  it('holds as the contract writes it, in mocha', explores(oneChild(), { schedules: 200 }));

  it('is proved up to one preemption', () => {
    const result = explore(oneChild({ cpus: 2 }), { strategy: 'dfs', preemptions: 1, seed: 1 });
    assert.equal(result.verdict, 'proved');
  });

  it('finds what a program asserts, and names process and CPU', () => {
    const wrong = processScenario(
      'wrong',
      { cpus: 1 },
      {
        '/bin/wrong': {
          *main(u) {
            u.assert((yield* u.getpid()) === 1, 'the first program is init');
          },
        },
      },
    );
    const result = explore(wrong, { strategy: 'random', schedules: 1, seed: 1 });
    assert.equal(result.verdict, 'assertion');
    assert.equal(result.message, 'the first program is init');
    assert.ok(result.strands.includes('cpu0/main'));
  });

  it('starts the first program with its arguments and environment', () => {
    const echo = processScenario(
      'echo',
      { cpus: 1, argv: ['a', 'b c'], env: ['HOME=/root'], uid: 5 },
      {
        '/bin/echo': {
          *main(u, ...argv: string[]) {
            u.assert(argv.join('|') === 'a|b c', `arguments are ${argv.join('|')}`);
            u.assert(u.argv[0] === '/bin/echo', u.argv[0]);
            u.assert(u.getenv('HOME') === '/root' && u.getenv('PATH') === undefined, 'HOME');
            u.assert((yield* u.getuid()) === 5, 'its user');
            u.assert((yield* u.getpid()) === 2 && (yield* u.getppid()) === 1, 'the child of init');
          },
        },
      },
    );
    assert.equal(explore(echo, { strategy: 'random', schedules: 3, seed: 1 }).verdict, 'none');
  });

  it('knows when it was booted', () => {
    const clock = processScenario(
      'clock',
      { cpus: 1, boottime: 748_620_684 },
      {
        '/bin/clock': {
          *main(u) {
            // kern.boottime: seconds and microseconds.
            const { bytes } = yield* u.__sysctl([1, 21]);
            const words = [...new Int32Array(Uint8Array.from(bytes).buffer)];
            u.assert(words.join(' ') === '748620684 0', words.join(' '));
          },
        },
      },
    );
    assert.equal(explore(clock, { strategy: 'random', schedules: 1, seed: 1 }).verdict, 'none');
  });

  it('names what is wrong with its options and programs', () => {
    const programs: Programs = { '/bin/a': { *main() {} } };
    const make = (options: object) => () => processScenario('odd', options, programs);
    assert.throws(make({ cpu: 2 }), /processScenario "odd": there is no option "cpu"/);
    assert.throws(make({ cpus: 0 }), /processScenario "odd": a machine of 0 CPUs/);
    assert.throws(make({ asSeed: ['nothing'] }), /there is no fix switch "nothing": known are/);
    assert.throws(make({ limits: { maxproc: 1 } }), /limit maxproc is 1/);
    assert.throws(make({ boottime: -1 }), /boottime is a second of 1970 up to 2147483647/);
    assert.throws(() => processScenario('odd', {}, {}), /processScenario "odd" has no program/);
    assert.throws(() => oneChild().withSeed(['nothing']), FixSwitchError);
  });

  it('knows its own fix switches and those of the kernel below', () => {
    assert.deepEqual(oneChild().withSeed(['inferior-hold-leak', 'passive-signal']).asSeed, [
      'inferior-hold-leak',
      'passive-signal',
    ]);
  });
});
