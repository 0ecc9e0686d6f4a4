import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { basename, complain, eachOperand, joined } from '../../src/programs/program.ts';
import { inMachine } from './run-program.ts';

const probe = eachOperand('probe', 'q', 'probe [-q] path ...', function* (u, path, { has, words }) {
  if (has('q')) return words.length;
  return (yield* u.stat(path)) === null ? yield* complain(u, 'probe', path) : 0;
});

describe('a program', () => {
  it('does its work for each operand, and has the worst status', () => {
    inMachine(function* (_u, run) {
      const err = 'probe: /none: No such file or directory\n';
      assert.deepEqual(yield* run(probe, '/none', '/dev'), { out: '', err, status: 1 });
      assert.equal((yield* run(probe, '-q', 'a', 'b')).status, 2);
    });
  });

  it('says how it is used when that is wrong', () => {
    inMachine(function* (_u, run) {
      assert.equal((yield* run(probe)).err, 'usage: probe [-q] path ...\n');
      const { err, status } = yield* run(probe, '-x', 'a');
      assert.deepEqual([err, status], ['probe: illegal option -- x\nusage: probe [-q] path ...\n', 1]);
    });
  });

  it('takes paths apart and puts them together', () => {
    assert.deepEqual(['/a/b', 'b', '/a/b//', '/'].map(basename), ['b', 'b', 'b', '']);
    assert.deepEqual([joined('/', 'a'), joined('/a', 'b')], ['/a', '/a/b']);
  });
});
