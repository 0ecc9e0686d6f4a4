import { posix } from 'node:path';
import fc from 'fast-check';
import { explore } from '@smplab/explore';
import type { Context, Steps } from '@smplab/lwkt';
import assert from 'node:assert/strict';
import { sys_chdir, sys_chroot, sys_getcwd } from '../../src/file/calls.ts';
import { EINVAL, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EPERM } from '../../src/errno.ts';
import { fdfree } from '../../src/file/filedesc.ts';
import { FD } from '../../src/file/filedesc-layout.ts';
import { cache_drop, cache_fullpath, cache_path } from '../../src/file/nchandle.ts';
import { type LookupError, nlookup } from '../../src/file/nlookup.ts';
import { P } from '../../src/table/proc.ts';
import { actAs, check, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, IMAGES, usersProgram } from '../cred/fixtures/users.ts';

const DIRECTORIES = ['/', '/bin', '/dev', '/usr', '/usr/local', '/usr/local/bin', '/home', '/home/u'];
const FILES = [...IMAGES.map(({ path }) => path), '/dev/null', '/dev/tty', '/dev/console'];

/** What a path leads to by the text alone: a path, or the errno. */
function expected(cwd: string, path: string): string | number {
  if (path === '') return ENOENT;
  let at = path.startsWith('/') ? '/' : cwd;
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (FILES.includes(at)) return ENOTDIR;
    at = posix.join(at, name);
    if (!DIRECTORIES.includes(at) && !FILES.includes(at)) return ENOENT;
  }
  return /(^|\/)\.{0,2}$/.test(path) && FILES.includes(at) ? ENOTDIR : at;
}

function* found(k: Context, p: number, path: string): Steps<string | number> {
  const result: LookupError = {};
  const nch = yield* nlookup(k, p, path, result);
  if (nch === 0) return result.error ?? -1;
  const whole = cache_path(k, nch);
  yield* cache_drop(k, nch);
  return whole;
}

const NAMES = ['bin', 'sh', 'usr', 'local', 'tool', 'dev', 'null', 'home', 'u', '.', '..', '', 'none'];
const paths = fc
  .tuple(fc.boolean(), fc.array(fc.constantFrom(...NAMES), { maxLength: 6 }))
  .map(([isAbsolute, names]) => (isAbsolute ? '/' : '') + names.join('/'));

describe('path look-up', () => {
  it('finds what the text of the path says, from any directory', () => {
    const samples = fc.sample(fc.tuple(fc.constantFrom(...DIRECTORIES), paths), { numRuns: 400, seed: 1 });
    runs(
      usersProgram('property', {}, function* (k, { root }) {
        for (const [cwd, path] of samples) {
          equal(k, yield* sys_chdir(k, cwd), 0, `chdir ${cwd}`);
          equal(k, yield* found(k, root, path), expected(cwd, path), `${path} from ${cwd}`);
        }
      }),
    );
  });

  it('refuses what is too long', () => {
    runs(
      usersProgram('long', {}, function* (k, { root }) {
        equal(k, yield* found(k, root, `/${'x'.repeat(63)}`), ENAMETOOLONG, 'a whole path of 64 bytes');
        equal(k, yield* found(k, root, `/${'x'.repeat(62)}`), ENOENT, 'one of 63');
        equal(
          k,
          yield* found(k, root, `/${'\u20ac'.repeat(22)}`),
          ENAMETOOLONG,
          'bytes count, not characters',
        );
        equal(k, yield* found(k, root, '/'.repeat(1024)), ENAMETOOLONG, 'a path of 1024 bytes');
        equal(k, yield* found(k, root, `${'/'.repeat(1016)}bin/sh`), '/bin/sh', 'one of 1022');
        equal(k, yield* found(k, root, '/bin\0/sh'), ENOENT, 'a NUL');
      }),
    );
  });
});

describe('directories of a process', () => {
  it('are changed by chdir and chroot, and told by getcwd', () => {
    runs(
      usersProgram('directories', {}, function* (k, { root, user }) {
        const got: { path?: string } = {};
        equal(k, [yield* sys_getcwd(k, 64, got), got.path], [2, '/'], 'at first');
        equal(k, yield* sys_chdir(k, '/bin/sh'), -ENOTDIR, 'a program');
        equal(k, yield* sys_chdir(k, 'nowhere'), -ENOENT, 'nothing');
        equal(k, yield* sys_chdir(k, 'usr/local'), 0, 'relative');
        equal(k, [yield* sys_getcwd(k, 64, got), got.path], [11, '/usr/local'], 'then');
        equal(k, yield* sys_getcwd(k, 10, {}), -ENOMEM, 'one byte too few');
        equal(k, yield* sys_getcwd(k, 1, {}), -EINVAL, 'no room at all');
        equal(k, yield* sys_chroot(k, '/usr'), 0, 'root changes its root');
        equal(k, [yield* sys_getcwd(k, 64, got), got.path], [7, '/local'], 'seen from there');
        equal(k, yield* found(k, root, '/../../local/..'), '/usr', 'nothing leads out');
        equal(k, yield* found(k, root, '../../..'), '/usr', 'from the current directory neither');
        equal(k, yield* sys_chroot(k, '/local/bin'), 0, 'once more');
        equal(k, yield* sys_chdir(k, '..'), 0, 'the old current directory is outside');
        equal(k, yield* found(k, root, '..'), '/usr', 'the first root still holds');
        actAs(k, user);
        equal(k, yield* sys_chroot(k, '/usr'), -EPERM, 'a user');
      }),
    );
  });

  it('are whole while two processes that share a table change them', () => {
    const moves = (to: string) =>
      function* (k: Context, p: number): Steps {
        actAs(k, p);
        check(k, (yield* sys_chdir(k, to)) === 0, `chdir ${to}`);
        const got: { path?: string } = {};
        yield* sys_getcwd(k, 64, got);
        check(k, got.path === '/bin' || got.path === '/dev', `the current directory is ${got.path}`);
      };
    const threads = { a: moves('/bin'), b: moves('/dev') };
    passes(
      usersProgram('moves', { cpus: 2, threads }, function* (k, { root }) {
        yield* allOf(k, ['a', 'b'], root);
      }),
      { schedules: 250 },
    );
  });
});

/** As kern.proc.cwd: the path of where a process stands, under its token. */
function* asks(k: Context, p: number): Steps {
  yield* k.gettoken(p + P.p_token);
  const fdp = k.get(p + P.p_fd);
  if (fdp !== 0) {
    const got: { path?: string } = {};
    const nch = k.get(fdp + FD.fd_ncdir);
    yield* cache_fullpath(k, p, nch, got);
    check(k, got.path === '/', `the path is ${got.path}`);
  }
  yield* k.reltoken(p + P.p_token);
}

function* exits(k: Context, p: number): Steps {
  yield* fdfree(k, p, 0);
}

describe('the path of a path object', () => {
  const program = (asSeed: readonly string[]): ReturnType<typeof usersProgram> =>
    usersProgram('cwd', { cpus: 2, threads: { asks, exits }, asSeed }, function* (k, { user }) {
      yield* allOf(k, ['asks', 'exits'], user);
    });

  it('is told although the process gives its descriptors up', () => {
    passes(program([]), { schedules: 800 });
  });

  it('follows a table that is gone as in the seed', () => {
    for (const id of ['cwd-fdfree', 'pathname-unlocked']) {
      const result = explore(program([id]), { schedules: 4000, shrink: false });
      assert.ok(['null-dereference', 'use-after-free'].includes(result.verdict), `${id}: ${result.verdict}`);
    }
  });
});
