import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { mount, umount } from '../../src/programs/mount.ts';
import { done, inMachine, put } from './run-program.ts';

describe('mount and umount', () => {
  it('mount a file system with its options, and list what is mounted', () => {
    inMachine(function* (u, run) {
      yield* u.mkdir('/mnt');
      yield* done(run, mount, '-t', 'ramfs', '-o', 'nosuid,size=4096', 'mem', '/mnt');
      const { out } = yield* run(mount);
      assert.equal(out, 'ramfs on / type ramfs (local)\nmem on /mnt type ramfs (nosuid, local)\n');
      assert.equal((yield* u.statvfs('/mnt'))?.blocks, 8);
      assert.equal((yield* run(mount, '-t', 'procfs')).out, '');
      yield* done(run, umount, '/mnt');
      assert.equal((yield* u.getvfsstat()).length, 1);
    });
  });

  it('take the type from what is mounted, and may do all at once, by force', () => {
    inMachine(function* (u, run) {
      for (const path of ['/a', '/a/b']) {
        yield* u.mkdir(path);
        yield* done(run, mount, 'ramfs', path);
      }
      yield* u.mkdir('/a/b');
      yield* done(run, mount, '-r', 'ramfs', '/a/b');
      assert.match((yield* run(mount)).out, /^ramfs on \/a\/b type ramfs \(read-only, local\)$/m);
      yield* done(run, umount, '-a');
      assert.equal((yield* u.getvfsstat()).length, 1);
      yield* done(run, mount, 'ramfs', '/a');
      yield* put(u, '/a/open', 'x');
      yield* u.open('/a/open');
      const busy = yield* run(umount, '/a');
      assert.deepEqual(busy, { out: '', err: 'umount: /a: Device busy\n', status: 1 });
      yield* done(run, umount, '-f', '/a');
    });
  });

  it('say what is wrong', () => {
    inMachine(function* (_u, run) {
      const wrong = function* (program: typeof mount, ...argv: string[]): Steps<string> {
        const { err, status } = yield* run(program, ...argv);
        assert.equal(status, 1);
        return err.split('\n')[0];
      };
      assert.match(
        yield* wrong(mount, '-t', 'nfs', 'a', '/dev'),
        /^mount_nfs: a on \/dev: Operation not supp/,
      );
      assert.equal(yield* wrong(mount, '-o', 'tea', 'ramfs', '/dev'), 'mount: tea: no such option');
      assert.match(yield* wrong(mount, 'ramfs'), /^usage: mount \[-ru\]/);
      assert.match(yield* wrong(umount), /^usage: umount/);
      assert.equal(yield* wrong(umount, '/dev'), 'umount: /dev: Invalid argument');
    });
  });
});
