import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mountWords } from '../../src/programs/mount-words.ts';

describe('arguments of mount', () => {
  it('of procfs are a version, flags, and a tree if one is chosen', () => {
    assert.deepEqual(mountWords('procfs', []), [1, 0]);
    assert.deepEqual(mountWords('procfs', ['linuxcompat', 'oldfileno']), [1, 3]);
    assert.deepEqual(mountWords('procfs', ['netbsd']), [1, 0, 0]);
    assert.deepEqual(mountWords('procfs', ['freebsd']), [1, 0, 1]);
    assert.deepEqual(mountWords('procfs', ['linux']), [1, 0, 2]);
    assert.deepEqual(mountWords('procfs', ['readme', 'linuxcompat']), [1, 1, 3]);
    assert.equal(mountWords('procfs', ['toString']), 'toString: no such option');
  });

  it('of a file system in memory are the words it may take', () => {
    assert.deepEqual(mountWords('ramfs', []), []);
    assert.deepEqual(mountWords('ramfs', ['size=4097']), [1025]);
    assert.equal(mountWords('ramfs', ['size=many']), 'size=many: no such option');
    assert.equal(mountWords('tmpfs', ['size=1']), 'size=1: no such option');
  });
});
