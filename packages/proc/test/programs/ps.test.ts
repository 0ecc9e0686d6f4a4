import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { ps } from '../../src/programs/ps.ts';
import { pstree } from '../../src/programs/pstree.ts';
import { pgrep } from '../../src/programs/pgrep.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { inMachine, type Run } from './run-program.ts';

const children: GeneratorImage = {
  *stopped(u: User) {
    yield* u.kill(yield* u.getpid(), 17);
    return 0;
  },
  *zombie(_u: User) {
    return 3;
  },
};

/** With a stopped child (3) and a zombie (4). */
function family(body: (u: User, run: Run) => Steps, cpus = 1): () => void {
  return () => {
    inMachine(
      function* (u, run) {
        const stopped = yield* u.fork('stopped');
        const zombie = yield* u.fork('zombie');
        assert.equal((yield* u.wait4(stopped, 2)).pid, stopped, 'WUNTRACED');
        // Not -p: kern.proc.pid shows no zombies.
        while (!(yield* run(ps)).out.includes('defunct')) yield* u.nanosleep(1);
        yield* body(u, run);
        yield* u.kill(stopped, 9);
        for (const pid of [stopped, zombie]) yield* u.wait4(pid);
      },
      children,
      cpus,
    );
  };
}

describe('ps', () => {
  it(
    'shows what the own user runs on terminals',
    family(function* (_u, run) {
      const { out, status } = yield* run(ps);
      assert.equal(status, 0);
      const lines = out.split('\n').map((line) => line.trim().split(/\s+/));
      assert.deepEqual(lines[0], ['PID', 'TT', 'STAT', 'TIME', 'COMMAND']);
      assert.deepEqual(
        lines.slice(1, 4).map(([pid, tt, stat, , command]) => [pid, tt, stat, command]),
        [
          ['2', 'con', 'Rs+', '/bin/sh'],
          ['3', 'con', 'T+', '/bin/sh'],
          ['4', 'con', 'Z+', '<defunct>'],
        ],
      );
    }),
  );

  it(
    'shows all processes and the threads of the kernel with -ax, in each way of writing it',
    family(function* (_u, run) {
      const { out } = yield* run(ps, '-ax');
      for (const text of ['(idle)', '(kernel)', '(init)', '/bin/sh']) assert.ok(out.includes(text), text);
      assert.equal((yield* run(ps, 'ax')).out, out);
      assert.equal((yield* run(ps, '-a', '-x')).out, out);
      assert.ok(!(yield* run(ps, '-a')).out.includes('(idle)'), 'not on a terminal');
    }),
  );

  it(
    'selects by pid, terminal and user',
    family(function* (_u, run) {
      const pids = function* (...argv: string[]): Steps<string[]> {
        const { out } = yield* run(ps, '-o', 'pid', ...argv);
        return out.trim().split(/\s+/).slice(1);
      };
      assert.deepEqual(yield* pids('-p', '3'), ['3']);
      assert.deepEqual(yield* pids('-p', '77'), []);
      assert.deepEqual(yield* pids('-t', 'con'), ['2', '3', '4']);
      assert.deepEqual(yield* pids('-tv0'), []);
      assert.deepEqual(yield* pids('-U', 'root'), ['0', '1', '2', '3', '4']);
      assert.deepEqual(yield* pids('-U', '5'), []);
      assert.equal((yield* run(ps, '-p', '77')).status, 1, 'nothing was shown');
    }),
  );

  it(
    'has long, user and job formats, and any fields in any order',
    family(function* (_u, run) {
      const heading = function* (...argv: string[]): Steps<string> {
        return (yield* run(ps, ...argv)).out.split('\n')[0].trim().replaceAll(/\s+/g, ' ');
      };
      assert.equal(yield* heading('-l'), 'UID PID PPID CPU PRI NI VSZ RSS WCHAN STAT TT TIME COMMAND');
      assert.equal(yield* heading('-u'), 'USER PID VSZ RSS TT STAT STARTED TIME COMMAND');
      assert.equal(yield* heading('-j'), 'USER PID PPID PGID SESS JOBC STAT TT TIME COMMAND');
      assert.equal(yield* heading('-H'), 'PID TID TT STAT TIME COMMAND');
      assert.equal(yield* heading('-o', 'comm,pid', '-o', 'ppid'), 'COMM PID PPID');
    }),
  );

  it(
    'says on which CPU if there are several',
    family(function* (_u, run) {
      assert.match((yield* run(ps, '-o', 'stat', '-p', '2')).out, /R[01]s\+/);
    }, 2),
  );

  it(
    'explains what is wrong with its options on standard error',
    family(function* (_u, run) {
      const cases: readonly (readonly [readonly string[], RegExp])[] = [
        [['-z'], /^ps: illegal option -- z\nusage: ps /],
        [['-p'], /^ps: option requires an argument -- p\nusage/],
        [['-p', 'x'], /^ps: illegal process id: x\nusage/],
        [['-t', 'x'], /^ps: no such terminal: x\nusage/],
        [['-U', 'x'], /^ps: no such user: x\nusage/],
        [['-o', 'pid,x'], /^ps: x: keyword not found\n$/],
        [['-o', ''], /^ps: no valid keywords\n$/],
        [['-a', '7'], /^ps: unexpected 7\nusage/],
      ];
      for (const [argv, text] of cases) {
        const { out, err, status } = yield* run(ps, ...argv);
        assert.match(err, text);
        assert.deepEqual([out, status], ['', 1]);
      }
    }),
  );
});

describe('pstree and pgrep', () => {
  it(
    'show the tree, and pids by name',
    family(function* (_u, run) {
      assert.equal((yield* run(pstree)).out, 'init\n`-- sh\n    |-- sh\n    `-- sh\n');
      assert.equal((yield* run(pstree, '-p', '2')).out, 'sh(2)\n|-- sh(3)\n`-- sh(4)\n');
      assert.match((yield* run(pstree, '-a')).out, /^kernel\n`-- init/);
      assert.equal((yield* run(pstree, '77')).status, 1);
      assert.match((yield* run(pstree, 'x')).err, /usage: pstree/);
      assert.deepEqual(yield* run(pgrep, 'sh'), { out: '3\n4\n', err: '', status: 0 });
      assert.deepEqual(yield* run(pgrep, '-lx', 'init'), { out: '1 init\n', err: '', status: 0 });
      assert.equal((yield* run(pgrep, 'nothing')).status, 1);
      assert.deepEqual([(yield* run(pgrep)).status, (yield* run(pgrep, '(')).status], [2, 2]);
    }),
  );
});
