import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readDirectory, readText } from '../../src/programs/reading.ts';
import { inMachine, put } from './run-program.ts';

const ENOENT = 2;
const ENOTDIR = 20;
const EISDIR = 21;

describe('reading to the end', () => {
  it('gives a text longer than a read, and closes the file', () => {
    inMachine(function* (u) {
      const text = 'ä'.repeat(3000);
      yield* put(u, '/f', '');
      const fd = yield* u.open('/f', 1);
      yield* u.write(fd, text);
      yield* u.close(fd);
      assert.equal(yield* readText(u, '/f'), text);
      assert.equal(yield* u.open('/f'), fd);
    });
  });

  it('gives every entry of a directory', () => {
    inMachine(function* (u) {
      yield* u.mkdir('/d');
      const names = Array.from({ length: 40 }, (_, at) => `a-name-that-is-long-enough-to-fill-reads-${at}`);
      for (const name of names) yield* put(u, `/d/${name}`, '');
      const found = (yield* readDirectory(u, '/d')) ?? [];
      assert.deepEqual(found.map(({ name }) => name).sort(), ['.', '..', ...names].sort());
    });
  });

  it('tells of an error by errno', () => {
    inMachine(function* (u) {
      assert.deepEqual([yield* readText(u, '/none'), u.errno], [null, ENOENT]);
      assert.deepEqual([yield* readText(u, '/dev'), u.errno], [null, EISDIR]);
      yield* put(u, '/f', '');
      assert.deepEqual([yield* readDirectory(u, '/f'), u.errno], [null, ENOTDIR]);
      assert.equal(yield* u.open('/f'), 3);
    });
  });
});
