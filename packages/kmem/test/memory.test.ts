import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { HEADER_WORDS, KmemError, Memory, MemoryRoot, NULL } from '@smplab/kmem';
import { runCrew } from './fixtures/crew.ts';

const code = (expected: string) => (error: unknown) => error instanceof KmemError && error.code === expected;

describe('Memory', () => {
  it('starts zeroed behind its header, with word 0 never reserved', () => {
    const memory = Memory.create({ initialWords: 64 });
    assert.equal(memory.words[NULL], 0);
    assert.equal(memory.reserve(4), HEADER_WORDS);
    assert.equal(memory.reserve(4), HEADER_WORDS + 4);
    assert.deepEqual(
      [...memory.words.subarray(HEADER_WORDS)],
      Array.from({ length: 48 }, () => 0),
    );
  });

  it('refuses sizes that make no sense', () => {
    for (const [initialWords, maximumWords] of [
      [1, 100],
      [200, 100],
      [64.5, 100],
      [64, 2 ** 30],
      [NaN, 100],
    ]) {
      assert.throws(() => Memory.create({ initialWords, maximumWords }), code('EINVAL'));
    }
    const memory = Memory.create({ initialWords: 64 });
    assert.throws(() => memory.reserve(-1), code('EINVAL'));
    assert.throws(() => memory.reserve(1, 3), code('EINVAL'));
  });

  it('refuses to attach to what is no kernel memory', () => {
    assert.throws(() => Memory.attach(new SharedArrayBuffer(8)), code('EFTYPE'));
    assert.throws(() => Memory.attach(new SharedArrayBuffer(4096)), /not a kmem memory/);
  });

  it('reserves areas that do not overlap, aligned as asked', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(8))), (requests) => {
        const memory = Memory.create({ initialWords: 64, maximumWords: 100_000 });
        let end = HEADER_WORDS;
        for (const [words, shift] of requests) {
          const pointer = memory.reserve(words, 1 << shift);
          assert.ok(pointer >= end && pointer % (1 << shift) === 0);
          end = pointer + words;
        }
        assert.ok(memory.top === end && memory.length >= end);
      }),
    );
  });

  it('grows on demand up to its maximum, and says ENOMEM beyond', () => {
    const memory = Memory.create({ initialWords: 64, maximumWords: 256 });
    memory.reserve(240);
    assert.equal(memory.length, 256);
    assert.throws(() => memory.reserve(1), code('ENOMEM'));
    assert.throws(() => memory.grow(257), code('ENOMEM'));
    assert.equal(memory.top, 256);
  });

  it('replaces views of fixed length when another attachment grew it', () => {
    const memory = Memory.create({ initialWords: 64, maximumWords: 1024 });
    const other = Memory.attach(memory.buffer);
    other.grow(512);
    other.words[500] = 7;
    assert.equal(memory.length, 64);
    assert.equal(memory.load(500), 7);
    assert.equal(memory.length, 512);
    assert.equal(memory.refresh(), false);
    assert.throws(() => memory.load(512), code('EFAULT'));
    assert.throws(() => memory.store(NULL, 1), code('EFAULT'));
    assert.throws(() => memory.load(-1), code('EFAULT'));
  });

  it('publishes a root once', () => {
    const memory = Memory.create({ initialWords: 64 });
    const [first, second] = [memory.reserve(1), memory.reserve(1)];
    assert.equal(memory.publishRoot(MemoryRoot.symbols, first), first);
    assert.equal(memory.publishRoot(MemoryRoot.symbols, second), first);
    assert.equal(memory.root(MemoryRoot.symbols), first);
  });

  it('lets several workers reserve and grow at once without giving a word twice', async () => {
    const [crew, count] = [3, 200];
    const memory = Memory.create({ initialWords: 1024, maximumWords: 1 << 20 });
    const results = memory.reserve(crew * count);
    await runCrew(memory, 'reserve', crew, [results, count]);
    for (let index = 0; index < crew * count; index++) {
      const member = Math.floor(index / count);
      const area = memory.words.subarray(memory.words[results + index], memory.words[results + index] + 100);
      assert.ok(area.length === 100 && area.every((word) => word === member + 1));
    }
  });
});
