import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stat } from '../../src/programs/stat.ts';
import { inMachine, put } from './run-program.ts';

describe('stat', () => {
  it('shows all attributes of a file, or what a link leads to with -L', () => {
    inMachine(
      function* (u, run) {
        yield* put(u, '/f', 'text');
        yield* u.symlink('f', '/link');
        yield* u.utimes('/f', 5, 10);
        const { out } = yield* run(stat, '-L', '/link');
        assert.match(out, /^ {2}File: "\/link"\n {2}Size: 4 {2}Blocks: 1 {2}IO Block: 512\n/);
        assert.match(out, /\(0644\/-rw-r--r--\) {2}Uid: \(0\/root\) {2}Gid: \(0\/wheel\)$/m);
        assert.match(out, /^Access: Tue Sep 21 14:06:29 1993\nModify: Tue Sep 21 14:06:34 1993$/m);
        assert.match((yield* run(stat, '/link')).out, /\/lrwx/);
        assert.equal((yield* run(stat, '/no')).err, 'stat: /no: No such file or directory\n');
      },
      { boottime: 748_620_384 },
    );
  });
});
