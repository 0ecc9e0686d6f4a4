import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import type { VfsUser } from '@smplab/vfs';
import { ls } from '../../src/programs/ls.ts';
import { inMachine, put, type Run } from './run-program.ts';

/** 1993-09-21 14:06:24 UTC. */
const BOOT = 748_620_384;

function* dir(u: VfsUser): Steps {
  yield* u.mkdir('/d', 0o755);
  yield* put(u, '/d/b', 'text');
  yield* put(u, '/d/a', 'x'.repeat(1000));
  yield* put(u, '/d/.hidden', '');
  yield* u.mkdir('/d/sub', 0o700);
  yield* u.symlink('b', '/d/link');
}

/** Runs it on /d; gives its output. */
function* shown(run: Run, ...argv: string[]): Steps<string> {
  const { out, err, status } = yield* run(ls, ...argv);
  assert.deepEqual([err, status], ['', 0]);
  return out;
}

describe('ls', () => {
  it('lists names in order, and more of them with -a and -A', () => {
    inMachine(function* (u, run) {
      yield* dir(u);
      assert.equal(yield* shown(run, '-1', '/d'), 'a\nb\nlink\nsub\n');
      assert.equal(yield* shown(run, '-1A', '/d'), '.hidden\na\nb\nlink\nsub\n');
      assert.equal(yield* shown(run, '-1a', '/d'), '.\n..\n.hidden\na\nb\nlink\nsub\n');
      assert.equal(yield* shown(run, '-1rF', '/d'), 'sub/\nlink@\nb\na\n');
      assert.equal(yield* shown(run, '-1S', '/d'), 'a\nb\nlink\nsub\n');
      // A terminal has columns, as wide as eight fits the longest.
      assert.equal(yield* shown(run, '/d'), 'a       b       link    sub\n');
      yield* u.chdir('/d/sub');
      assert.equal(yield* shown(run), '');
    });
  });

  it('shows attributes with -l as 4.4BSD does', () => {
    inMachine(
      function* (u, run) {
        yield* dir(u);
        yield* u.chown('/d/b', 11, 20);
        yield* u.chmod('/d/a', 0o4755);
        for (const path of ['/d/a', '/d/sub']) yield* u.utimes(path, 0, 0);
        assert.equal(
          yield* shown(run, '-l', '/d'),
          [
            'total 4',
            '-rwsr-xr-x  1 root  wheel  1000 Sep 21 14:06 a',
            '-rw-r--r--  1 11    staff     4 Sep 21 14:06 b',
            'lrwxrwxrwx  1 root  wheel     1 Sep 21 14:06 link -> b',
            'drwx------  2 root  wheel     0 Sep 21 14:06 sub',
            '',
          ].join('\n'),
        );
        yield* u.mkdir('/etc');
        yield* put(u, '/etc/passwd', 'root:*:0:0::/:/bin/sh\njsp:*:11:20::/home:/bin/sh\n');
        assert.match(yield* shown(run, '-ld', '/d/b'), /^-rw-r--r-- {2}1 jsp {2}staff {2}4 /);
      },
      { boottime: BOOT },
    );
  });

  it('has inode numbers with -i, blocks with -s, numbers of devices', () => {
    inMachine(function* (u, run) {
      yield* dir(u);
      const ino = (yield* u.stat('/d/b'))?.st_ino;
      assert.equal(yield* shown(run, '-is', '/d/b'), `${ino} 1 /d/b\n`);
      const out = yield* shown(run, '-l', '/dev');
      assert.match(out, /^crw-rw-rw- {2}1 root {2}wheel {4}2, {3}2 .* null$/m);
      assert.match(out, /^crw.* {2}12, 255 .* console$/m);
    });
  });

  it('names directories if there are several, and goes down with -R', () => {
    inMachine(function* (u, run) {
      yield* dir(u);
      yield* put(u, '/d/sub/deep', '');
      assert.equal(yield* shown(run, '/d/sub', '/d/b'), '/d/b\n\n/d/sub:\ndeep\n');
      assert.equal(yield* shown(run, '-1R', '/d'), 'a\nb\nlink\nsub\n\n/d/sub:\ndeep\n');
    });
  });

  it('says what it does not find, and goes on', () => {
    inMachine(function* (u, run) {
      yield* dir(u);
      assert.deepEqual(yield* run(ls, '/none', '/d/b'), {
        out: '/d/b\n',
        err: 'ls: /none: No such file or directory\n',
        status: 1,
      });
      const { err } = yield* run(ls, '-x');
      assert.equal(err, 'ls: illegal option -- x\nusage: ls [-1AadFilrRSst] [file ...]\n');
    });
  });
});
