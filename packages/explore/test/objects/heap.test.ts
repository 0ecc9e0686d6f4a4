import assert from 'node:assert/strict';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('heap', () => {
  it('gives objects with fields, found again by a non-zero id', () => {
    const failure = runOnce(function* (s) {
      const node = yield* s.alloc('node', { key: 4, next: 0 });
      s.assert(node.id !== 0, 'an id');
      yield* node.write('next', 9);
      const same = s.deref(node.id);
      s.assert((yield* same.read('key')) === 4 && (yield* same.read('next')) === 9, 'the same object');
      yield* s.free(node);
    });
    assert.equal(failure, null);
  });

  it('frees an object or its id, and nothing by 0', () => {
    const failure = runOnce(function* (s) {
      const [a, b] = [yield* s.alloc('a', {}), yield* s.alloc('b', {})];
      yield* s.free(a);
      yield* s.free(b.id);
      yield* s.free(0);
    });
    assert.equal(failure, null);
  });

  it('finds a use after free, and says who allocated and who freed', () => {
    const { verdicts, failures } = exhaust(function* (s) {
      const node = yield* s.alloc('node', { key: 1 });
      yield* s.spawn('t', function* () {
        yield* s.free(node);
      });
      yield* node.read('key');
    });
    assert.deepEqual(verdicts, { 'use-after-free': 1, none: 1 });
    const { message, details, strand } = failures.get('use-after-free')!;
    assert.match(message, /main uses node#1\.key after it was freed/);
    assert.match(details[0], /node#1 allocated by main/);
    assert.match(details[1], /node#1 freed by main\/t/);
    assert.equal(strand, 'main');
  });

  it('finds a write and a deref after free', () => {
    endsWith(
      'use-after-free',
      function* (s) {
        const node = yield* s.alloc('node', { key: 1 });
        yield* s.free(node);
        yield* s.deref(node.id).write('key', 2);
      },
      /node#1\.key/,
    );
  });

  it('finds a double free', () => {
    const { verdicts, failures } = exhaust(function* (s) {
      const node = yield* s.alloc('node', {});
      const t = yield* s.spawn('t', function* () {
        yield* s.free(node);
      });
      yield* s.free(node.id);
      yield* t.join();
    });
    assert.deepEqual(verdicts, { 'double-free': 2 });
    assert.match(failures.get('double-free')!.message, /frees node#1 a second time/);
  });

  it('finds the read of a field that was never written', () => {
    const { verdicts } = exhaust(function* (s) {
      const node = yield* s.alloc('node', { key: undefined });
      const t = yield* s.spawn('t', function* () {
        yield* node.write('key', 1);
      });
      yield* node.read('key');
      yield* t.join();
      yield* s.free(node);
    });
    assert.deepEqual(verdicts, { none: 1, 'uninitialised-read': 1 });
  });

  it('finds the use of the null object', () => {
    endsWith(
      'null-dereference',
      function* (s) {
        yield* s.deref(0).read('key');
      },
      /main uses field key of the null object/,
    );
    endsWith(
      'null-dereference',
      function* (s) {
        yield* s.deref(0).write('key', 1);
      },
      /null object/,
    );
  });

  it('finds what was never freed, at the end of a run without other failure', () => {
    const failure = endsWith(
      'leak',
      function* (s) {
        yield* s.alloc('node', {});
        const other = yield* s.alloc('node', {});
        yield* s.free(other);
        yield* s.alloc('page', {});
      },
      /node#1, page#1 were never freed/,
    );
    assert.match(failure.details[0], /node#1 allocated by main/);
    endsWith('assertion', function* (s) {
      yield* s.alloc('node', {});
      s.fail('first');
    });
  });

  it('checks fields for races, and the free of an object with its last use', () => {
    const races = (joined: boolean): readonly string[] =>
      exhaust(function* (s) {
        const node = yield* s.alloc('node', { key: 0, other: 0 });
        const t = yield* s.spawn('t', function* () {
          yield* node.write('key', 1);
        });
        yield* node.write('other', 1);
        if (joined) yield* t.join();
        yield* s.free(node);
      }).races;
    assert.deepEqual(races(false), ['t writes, main writes']);
    assert.deepEqual(races(true), []);
  });

  it('does not give ids out again unless it is told to: ABA is then possible', () => {
    const stale = (reuse: boolean): string | undefined =>
      runOnce(function* (s) {
        const old = yield* s.alloc('node', { key: 1 }, { reuse });
        yield* s.free(old);
        const young = yield* s.alloc('node', { key: 2 }, { reuse });
        s.assert((old.id === young.id) === reuse, 'the same id');
        s.assert((yield* old.read('key')) === 2, 'the young object');
        yield* s.free(young);
      })?.verdict;
    assert.equal(stale(true), undefined);
    assert.equal(stale(false), 'use-after-free');
  });

  it('does not reuse the words of an object for one of another type', () => {
    const failure = runOnce(function* (s) {
      const a = yield* s.alloc('a', { key: 1 }, { reuse: true });
      yield* s.free(a);
      const b = yield* s.alloc('b', { key: 1 }, { reuse: true });
      s.assert(a.id !== b.id, 'different types');
      yield* s.free(b);
    });
    assert.equal(failure, null);
  });

  it('refuses fields and ids that are not there, and values that are not int32', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const node = yield* s.alloc('node', { key: 1, next: 2 });
        yield* node.read('kye');
      },
      /node has no field kye/,
      /key, next/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        s.deref(12345);
      },
      /12345/,
      /not the id/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.free(12345);
      },
      /12345/,
      /not the id/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.alloc('node', { key: 0.5 });
      },
      /node\.key/,
      /0\.5/,
      /int32/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const node = yield* s.alloc('node', { key: 1 });
        yield* node.write('key', 2 ** 31);
      },
      /node\.key/,
      /int32/,
    );
  });

  it('refuses what is not an object to free, and an allocation without a type', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.free(undefined as never);
      },
      /free needs an object or its id/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.alloc(undefined as never, {});
      },
      /alloc needs/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.alloc('node', undefined as never);
      },
      /alloc needs/,
    );
  });
});
