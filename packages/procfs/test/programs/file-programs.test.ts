import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chmod, ln, mkdir, mv, rm, rmdir, touch } from '../../src/programs/file-programs.ts';
import { done, inMachine, put } from './run-program.ts';

describe('programs for files', () => {
  it('make directories, with those above, and remove empty ones', () => {
    inMachine(function* (u, run) {
      yield* done(run, mkdir, '/a', '/b');
      yield* done(run, mkdir, '-p', '/a/b/c', '/a/b/c', 'd/e/');
      assert.notEqual(yield* u.stat('/a/b/c'), null);
      assert.notEqual(yield* u.stat('/d/e'), null);
      assert.equal((yield* run(mkdir, '/a')).err, 'mkdir: /a: File exists\n');
      assert.equal((yield* run(mkdir, '/x/y')).err, 'mkdir: /x/y: No such file or directory\n');
      yield* put(u, '/f', '');
      assert.equal((yield* run(mkdir, '-p', '/f/g')).err, 'mkdir: /f: File exists\n');
      assert.equal((yield* run(rmdir, '/a')).err, 'rmdir: /a: Directory not empty\n');
      yield* done(run, rmdir, '/a/b/c', '/a/b', '/a');
    });
  });

  it('remove files, and directories with all that is in them', () => {
    inMachine(function* (u, run) {
      yield* done(run, mkdir, '-p', '/a/b');
      for (const path of ['/a/f', '/a/b/g', '/h']) yield* put(u, path, 'text');
      assert.equal((yield* run(rm, '/a')).err, 'rm: /a: is a directory\n');
      yield* done(run, rm, '-rf', '/a', '/h', '/none');
      assert.deepEqual([yield* u.stat('/a'), yield* u.stat('/h')], [null, null]);
      assert.deepEqual(yield* run(rm, '/none'), {
        out: '',
        err: 'rm: /none: No such file or directory\n',
        status: 1,
      });
      assert.match((yield* run(rm)).err, /^usage: rm /);
    });
  });

  it('give files other names, permissions and times', () => {
    inMachine(function* (u, run) {
      yield* put(u, '/f', 'text');
      yield* done(run, ln, '/f', '/g');
      yield* done(run, ln, '-s', 'f', '/link');
      assert.deepEqual([(yield* u.stat('/g'))?.st_nlink, yield* u.readlink('/link')], [2, 'f']);
      yield* done(run, mkdir, '/d');
      yield* done(run, mv, '/g', '/link', '/d');
      yield* done(run, mv, '/d/g', '/d/h');
      assert.notEqual(yield* u.lstat('/d/link'), null);
      assert.equal((yield* run(mv, '/f', '/d', '/none')).err, 'mv: /none: Not a directory\n');
      assert.equal((yield* run(mv, '/none', '/d')).err, 'mv: /none: No such file or directory\n');
      assert.match((yield* run(ln, '/f')).err, /^usage: ln /);
      yield* done(run, chmod, '640', '/f', '/d/h');
      assert.equal((yield* u.stat('/f'))?.st_mode, 0o100640);
      assert.match((yield* run(chmod, 'u+x', '/f')).err, /^usage: chmod /);
      yield* done(run, touch, '/f', '/new');
      assert.equal((yield* u.stat('/new'))?.st_size, 0);
    });
  });
});
