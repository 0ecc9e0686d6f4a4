import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { userNames } from '../../src/programs/users.ts';
import { inMachine, put } from './run-program.ts';

describe('names of users and groups', () => {
  it('are those of BSD without files, and leave errno alone', () => {
    inMachine(function* (u) {
      u.errno = 5;
      const { user, group } = yield* userNames(u);
      assert.deepEqual([0, 3, 11].map(user), ['root', 'bin', '11']);
      assert.deepEqual([0, 2, 7, 20, 99].map(group), ['wheel', 'kmem', 'bin', 'staff', '99']);
      assert.equal(u.errno, 5);
    });
  });

  it('are in /etc/passwd and /etc/group, where the first for a number counts', () => {
    inMachine(function* (u) {
      yield* u.mkdir('/etc');
      yield* put(u, '/etc/passwd', '# users\njsp:*:11:20::/:/bin/sh\nother:*:11:20\nbad line\n');
      yield* put(u, '/etc/group', 'admin:*:0:root,jsp\n');
      const { user, group } = yield* userNames(u);
      assert.deepEqual([11, 0].map(user), ['jsp', '0']);
      assert.deepEqual([0, 20].map(group), ['admin', '20']);
    });
  });
});
