import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Image, Memory, NameTable, Symbols, createNameTable } from '@smplab/kmem';
import { runCrew } from './fixtures/crew.ts';
import { Proc } from './fixtures/structs.ts';

describe('name tables', () => {
  it('turn strings into numbers and back, on every thread alike', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 16 }), (names) => {
        const memory = Memory.create();
        const table = createNameTable(memory, 16);
        const [one, other] = [
          new NameTable(memory, table),
          new NameTable(Memory.attach(memory.buffer), table),
        ];
        const ids = names.map((name) => one.intern(name));
        assert.equal(new Set(ids).size, names.length);
        assert.deepEqual(
          ids.map((id) => other.nameOf(id)),
          names,
        );
        assert.deepEqual(
          names.map((name) => other.intern(name)),
          ids,
        );
        assert.deepEqual(
          one.ids(),
          ids.toSorted((a, b) => a - b),
        );
        assert.equal(one.count, names.length);
      }),
      { numRuns: 50 },
    );
  });

  it('refuse one name too many', () => {
    const memory = Memory.create();
    const names = new NameTable(memory, createNameTable(memory, 2));
    names.intern('a');
    names.intern('b');
    assert.throws(() => names.intern('c'), /ENOSPC/);
    assert.equal(names.find('c'), 0);
    assert.throws(() => createNameTable(memory, 3), /EINVAL/);
  });

  it('forget names newer than a restored image, also in what a thread remembers', () => {
    const memory = Memory.create();
    const names = new NameTable(memory, createNameTable(memory, 8, 1));
    const image = Image.take(memory);
    const initialise = (data: number) => (memory.words[data] = 7);
    const id = names.intern('late', initialise);
    image.restore();
    assert.equal(names.nameOf(id), undefined);
    assert.equal(names.intern('late', initialise), id);
    assert.deepEqual([names.nameOf(id), memory.words[names.dataOf(id)]], ['late', 7]);
    assert.equal(names.nameOf(99), undefined);
  });

  it('give the same numbers to workers that enter the same names at once', async () => {
    const [crew, count] = [3, 100];
    const memory = Memory.create({ initialWords: 1024, maximumWords: 1 << 20 });
    const results = memory.reserve(crew * count);
    const table = createNameTable(memory, 128);
    await runCrew(memory, 'names', crew, [table, count, results]);
    const names = new NameTable(memory, table);
    assert.equal(names.count, count);
    for (let index = 0; index < crew * count; index++) {
      assert.equal(names.nameOf(memory.words[results + index]), `name ${index % count}`);
    }
    assert.equal(new Symbols(memory).find('shared area').structName, Proc.name);
  });
});
