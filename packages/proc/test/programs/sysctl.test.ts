import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { echo, falseProgram, trueProgram } from '../../src/programs/echo.ts';
import { kill } from '../../src/programs/kill.ts';
import { sleep } from '../../src/programs/sleep.ts';
import { sysctl } from '../../src/programs/sysctl.ts';
import { vmstat } from '../../src/programs/vmstat.ts';
import type { User } from '../../src/user/user.ts';
import { inMachine } from './run-program.ts';

describe('the program sysctl', () => {
  it('shows, lists, describes and sets variables', () => {
    inMachine(function* (_u, run) {
      assert.equal((yield* run(sysctl, 'kern.ostype')).out, 'kern.ostype: DragonFly\n');
      assert.equal((yield* run(sysctl, '-n', 'kern.ostype', 'hw.ncpu')).out, 'DragonFly\n1\n');
      assert.equal((yield* run(sysctl, '-d', 'kern.randompid')).out, 'kern.randompid: Random PID modulus\n');
      assert.equal(
        (yield* run(sysctl, '-N', 'security')).out,
        'security.ps_showallprocs\nsecurity.ps_showallthreads\n',
      );
      assert.equal((yield* run(sysctl, 'kern.randompid=1000000')).out, 'kern.randompid: 0 -> 300\n');
      const { out } = yield* run(sysctl, '-a');
      for (const line of ['kern.randompid: 300', 'kern.ngroups: 16', 'lwkt.tty_collisions: 0']) {
        assert.ok(out.split('\n').includes(line), line);
      }
      assert.ok(!out.includes('sysctl.'), 'what is about the tree itself is left out');
    });
  });

  it('says what it cannot do', () => {
    inMachine(function* (u: User, run) {
      const cases: readonly (readonly [readonly string[], RegExp])[] = [
        [[], /^usage: sysctl/],
        [['-q'], /^sysctl: illegal option -- q\nusage/],
        [['-a', 'x'], /^usage/],
        [['kern.nothing'], /^sysctl: unknown oid 'kern.nothing'\n$/],
        [['kern=1'], /^sysctl: oid 'kern' isn't a leaf node\n$/],
        [['kern.randompid=many'], /^sysctl: invalid integer 'many'\n$/],
        [['hw.ncpu=2'], /^sysctl: hw.ncpu: Operation not permitted\n$/],
        [['kern.malloc'], /cannot be shown/],
      ];
      for (const [argv, text] of cases) {
        const { err, status } = yield* run(sysctl, ...argv);
        assert.match(err, text);
        assert.equal(status, 1);
      }
      yield* u.setuid(5);
      assert.match((yield* run(sysctl, 'kern.randompid=0')).err, /Operation not permitted/);
    });
  });
});

describe('vmstat -m', () => {
  it('shows what is allocated by type', () => {
    inMachine(function* (_u, run) {
      const lines = (yield* run(vmstat, '-m')).out.split('\n');
      assert.match(lines[1], /^Type\s+InUse\s+MemUse\s+HighUse\s+Limit\s+Requests\s+Fail$/);
      assert.match(lines.find((line) => line.startsWith('proc ')) ?? '', /^proc +3 /);
      assert.match((yield* run(vmstat)).err, /^usage/);
    });
  });
});

describe('kill', () => {
  it('sends signals by number and name, and lists them', () => {
    inMachine(
      function* (u, run) {
        for (const argv of [['-9'], ['-KILL'], ['-s', 'sigkill'], []]) {
          const pid = yield* u.fork('waits');
          assert.equal((yield* run(kill, ...argv, String(pid))).status, 0, argv.join());
          assert.equal((yield* u.wait4(pid)).status & 0x7f, argv.length === 0 ? 15 : 9);
        }
        assert.match((yield* run(kill, '-l')).out, /^HUP INT QUIT/);
        assert.equal((yield* run(kill, '-l', '137')).out, 'KILL\n');
      },
      {
        *waits(u: User) {
          for (;;) yield* u.nanosleep(1000);
        },
      },
    );
  });

  it('says what is wrong', () => {
    inMachine(function* (_u, run) {
      assert.match((yield* run(kill)).err, /^usage/);
      assert.match((yield* run(kill, '-9')).err, /^usage/);
      assert.match((yield* run(kill, '-NONE', '1')).err, /^kill: unknown signal NONE/);
      assert.equal((yield* run(kill, '77')).err, 'kill: 77: No such process\n');
      assert.equal((yield* run(kill, 'x')).err, 'kill: illegal process id: x\n');
      assert.equal((yield* run(kill, '-0', '2')).status, 0);
    });
  });
});

describe('echo, sleep, true and false', () => {
  it('do what they are called', () => {
    inMachine(function* (u, run) {
      assert.equal((yield* run(echo, 'a', 'b')).out, 'a b\n');
      assert.equal((yield* run(echo, '-n', 'a')).out, 'a');
      assert.deepEqual([(yield* run(trueProgram)).status, (yield* run(falseProgram)).status], [0, 1]);
      const before = u.ticks;
      assert.equal((yield* run(sleep, '0.5')).status, 0);
      assert.ok(u.ticks - before >= 50);
      for (const wrong of [[], ['x'], ['-1'], ['1', '2']])
        assert.match((yield* run(sleep, ...wrong)).err, /^usage/);
    });
  });
});
