import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Listed, shortLines, totalOf } from '../../src/programs/ls-columns.ts';

const BARE = { hasInode: false, hasBlocks: false, hasMarks: false };

function file(name: string, blocks = 0, mode = 0o100644): Listed {
  const none = { st_dev: 0, st_ino: 7n, st_nlink: 1, st_uid: 0, st_gid: 0, st_rdev: 0, st_size: 0 };
  const times = { st_atime: 0, st_mtime: 0, st_ctime: 0, st_birthtime: 0 };
  const stat = { ...none, ...times, st_mode: mode, st_blksize: 512, st_blocks: blocks };
  return { name, stat, target: null };
}

describe('columns of ls', () => {
  it('go down first, and as many stand side by side as 80 letters have room for', () => {
    const names = ['alpha', 'beta', 'gamma', 'a-name-of-some-length', 'epsilon'];
    assert.deepEqual(
      shortLines(
        names.map((name) => file(name)),
        BARE,
        true,
      ),
      [
        'alpha                   gamma                   epsilon',
        'beta                    a-name-of-some-length',
      ],
    );
    const long = 'x'.repeat(100);
    assert.deepEqual(shortLines([file(long), file('b')], BARE, true), [long, 'b']);
    assert.deepEqual(shortLines([], BARE, true), []);
  });

  it('have inode, blocks and marks when asked for', () => {
    const form = { hasInode: true, hasBlocks: true, hasMarks: true };
    const found = [file('a', 10, 0o100755), file('b', 2, 0o040755), file('c', 0, 0o120777)];
    assert.deepEqual(shortLines(found, form, false), ['7 10 a*', '7  2 b/', '7  0 c@']);
    assert.equal(totalOf(found), 12);
  });
});
