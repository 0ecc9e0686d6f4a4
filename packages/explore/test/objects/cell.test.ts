import assert from 'node:assert/strict';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('cell', () => {
  it('holds what was written', () => {
    const failure = runOnce(function* (s) {
      const x = s.cell('x', 3);
      s.assert((yield* x.read()) === 3, 'init');
      yield* x.write(-4);
      s.assert((yield* x.read()) === -4 && x.peek() === -4, 'written');
    });
    assert.equal(failure, null);
  });

  it('makes every access a step', () => {
    const { runs } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.read();
        yield* x.write(1);
      });
      yield* x.read();
      yield* x.write(2);
    });
    assert.equal(runs, 6);
  });

  it('may be read only after it was given a value', () => {
    endsWith(
      'uninitialised-read',
      function* (s) {
        yield* s.cell('x').read();
      },
      /x\.read\(\)/,
      /never written/,
    );
    const { verdicts } = exhaust(function* (s) {
      const x = s.cell('x');
      yield* s.spawn('t', function* () {
        yield* x.write(1);
      });
      yield* x.read();
    });
    assert.deepEqual(verdicts, { 'uninitialised-read': 1, none: 1 });
  });

  it('counts as written also when races are not looked for', () => {
    const failure = runOnce(
      function* (s) {
        const x = s.cell('x');
        yield* x.write(1);
        yield* x.read();
      },
      { races: false },
    );
    assert.equal(failure, null);
  });

  it('is race-checked when it is peeked at', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.write(1);
      });
      yield* s.fence();
      x.peek();
    });
    assert.deepEqual(races, ['main reads, t writes', 't writes, main reads']);
  });
});

describe('array', () => {
  it('holds a value in each of its words', () => {
    const failure = runOnce(function* (s) {
      const a = s.array('a', 3, 7);
      yield* a.write(1, 5);
      s.assert((yield* a.read(0)) === 7 && (yield* a.read(1)) === 5 && a.peek(2) === 7, 'three words');
    });
    assert.equal(failure, null);
  });

  it('does not take accesses of different words for a race', () => {
    const races = (mine: number, other: number): readonly string[] =>
      exhaust(function* (s) {
        const a = s.array('a', 2, 0);
        yield* s.spawn('t', function* () {
          yield* a.write(other, 1);
        });
        yield* a.write(mine, 1);
      }).races;
    assert.deepEqual(races(0, 1), []);
    assert.deepEqual(races(1, 1), ['main writes, t writes', 't writes, main writes']);
  });

  it('refuses an index outside of it', () => {
    for (const index of [-1, 2, 0.5, NaN]) {
      endsWith(
        'panic',
        function* (s) {
          yield* s.array('a', 2, 0).read(index);
        },
        /a\[.*\] is outside the array \(0 to 1\)/,
      );
    }
  });

  it('may start uninitialised, word by word', () => {
    endsWith(
      'uninitialised-read',
      function* (s) {
        const a = s.array('a', 2);
        yield* a.write(0, 1);
        yield* a.read(0);
        yield* a.read(1);
      },
      /a\[1\]/,
    );
  });

  it('needs a length of at least one', () => {
    for (const length of [0, -1, 1.5]) {
      endsWith(
        'scenario-misuse',
        function* (s) {
          s.array('a', length, 0);
        },
        /length/,
        /whole number from 1/,
      );
    }
  });
});
