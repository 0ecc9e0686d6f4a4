import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EINVAL, ENOENT, ENOMEM, EPERM, ESRCH } from '../../src/errno.ts';
import type { User } from '../../src/user/user.ts';
import { inMachine } from '../programs/run-program.ts';

const CWD = 8;
const PATHNAME = 9;
const decoder = new TextDecoder();

/** What kern.proc.<kind> gives: an errno, or a text. */
function* ask(
  u: User,
  kind: number,
  pid: number,
  old: number | null = Infinity,
  value: Uint8Array | null = null,
): Steps<string | number> {
  const { result, bytes } = yield* u.__sysctl([1, 14, kind, pid], old, value);
  return result < 0 ? u.errno : decoder.decode(bytes);
}

describe('kern.proc.pathname', () => {
  it('gives the image of a process, of the caller for -1, and ESRCH for none', () => {
    inMachine(function* (u) {
      assert.equal(yield* ask(u, PATHNAME, -1), '/bin/sh\0');
      assert.equal(yield* ask(u, PATHNAME, 2), '/bin/sh\0');
      assert.equal(yield* ask(u, PATHNAME, 77), ESRCH);
      assert.equal(yield* ask(u, PATHNAME, 0), ENOENT, 'the kernel has no image');
      assert.equal(yield* ask(u, PATHNAME, -1, 3), ENOMEM);
      assert.equal((yield* u.__sysctl([1, 14, PATHNAME, -1], null)).length, 8);
      assert.equal(yield* ask(u, PATHNAME, -1, null, new Uint8Array(4)), EPERM);
      assert.equal((yield* u.__sysctl([1, 14, PATHNAME])).result, -1);
      assert.equal(u.errno, EINVAL);
    });
  });

  it('knows no zombies', () => {
    inMachine(
      function* (u) {
        const pid = yield* u.fork('zombie');
        while ((yield* ask(u, PATHNAME, pid)) === '/bin/sh\0') yield* u.nanosleep(1);
        assert.equal(yield* ask(u, PATHNAME, pid), ESRCH);
        yield* u.wait4(pid);
      },
      {
        *zombie() {
          return 0;
        },
      },
    );
  });
});

describe('kern.proc.cwd', () => {
  it('follows chdir, and is silent about processes that are not there', () => {
    inMachine(function* (u) {
      assert.equal(yield* ask(u, CWD, 2), '/\0');
      yield* u.chdir('/bin');
      assert.equal(yield* ask(u, CWD, 2), '/bin\0');
      assert.equal(yield* ask(u, CWD, 77), '');
      assert.equal(yield* ask(u, CWD, 2, 2), ENOMEM);
      assert.equal(
        (yield* u.__sysctl([1, 14, CWD, 2], null)).length,
        0,
        'without a buffer nothing is counted',
      );
      assert.equal(yield* ask(u, CWD, 2, null, new Uint8Array(4)), EPERM);
    });
  });

  it('is for everybody, unless ps_argsopen is off', () => {
    inMachine(
      function* (u) {
        yield* u.chdir('/dev');
        for (const [open, status] of [
          [1, 1],
          [0, 0],
        ]) {
          yield* u.__sysctl([1, 0x104], null, new Uint8Array(Int32Array.of(open).buffer));
          assert.equal((yield* u.wait4(yield* u.fork('stranger'))).status >> 8, status);
        }
      },
      {
        *stranger(u: User) {
          yield* u.setuid(9);
          return (yield* ask(u, CWD, 2)) === '/dev\0' ? 1 : 0;
        },
      },
    );
  });
});
