import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FileSystem } from '@smplab/vfs';
import { df, dfLines } from '../../src/programs/df.ts';
import { inMachine } from './run-program.ts';

const FS = { bsize: 512, iosize: 512, favail: 0, namemax: 255, flag: 0, fsid: 1, fstypename: 'ffs' };
const README: FileSystem[] = [
  {
    ...FS,
    frsize: 512,
    blocks: 2,
    bfree: 0,
    bavail: 0,
    files: 9,
    ffree: 3,
    mntfromname: 'proc',
    mntonname: '/proc',
  },
  {
    ...FS,
    ...{ frsize: 512, blocks: 16_186, bfree: 2638, bavail: 1018, files: 100, ffree: 50 },
    ...{ mntfromname: '/dev/wd0a', mntonname: '/' },
  },
];

describe('df', () => {
  it('has the columns of 4.4BSD', () => {
    assert.deepEqual(dfLines(README, { block: 512, hasInodes: false }), [
      'Filesystem  512-blocks    Used   Avail Capacity  Mounted on',
      'proc                 2       2       0   100%    /proc',
      '/dev/wd0a        16186   13548    1018    93%    /',
    ]);
    assert.deepEqual(dfLines(README, { block: 1024, hasInodes: true }), [
      'Filesystem  1K-blocks    Used   Avail Capacity   iused   ifree  %iused  Mounted on',
      'proc                1       1       0   100%        6       3    67%   /proc',
      '/dev/wd0a        8093    6774     509    93%       50      50    50%   /',
    ]);
  });

  it('asks for all file systems, or those of paths, or of a type', () => {
    inMachine(function* (u, run) {
      yield* u.mkdir('/mnt');
      yield* u.mount('ramfs', '/mnt', 0, [1024], '/dev/ram0');
      const { out } = yield* run(df);
      assert.match(out, /^Filesystem [^\n]*\nramfs [^\n]* \/\n\/dev\/ram0 +8 +0 +8 +0% +\/mnt\n$/);
      assert.doesNotMatch((yield* run(df, '/mnt')).out, /^ramfs/m);
      assert.deepEqual(yield* run(df, '-t', 'procfs'), { out: '', err: '', status: 0 });
      assert.deepEqual(yield* run(df, '/none'), {
        out: '',
        err: 'df: /none: No such file or directory\n',
        status: 1,
      });
      yield* u.unmount('/mnt');
    });
  });
});
