import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  Kmalloc,
  M_NOWAIT,
  M_NULLOK,
  M_WAITOK,
  M_ZERO,
  Memory,
  NULL,
  RED_ZONE,
  UNINITIALISED,
  mallocType,
} from '@smplab/kmem';
import type { KmallocOptions, MallocType, Pointer } from '@smplab/kmem';
import { runCrew } from './fixtures/crew.ts';
import { Proc } from './fixtures/structs.ts';

const types = ['a', 'b'].map((name) => mallocType(name, `type ${name}`));

interface Held {
  readonly words: number;
  readonly type: MallocType;
  readonly mark: number;
}

const requests = fc.array(
  fc.record({
    isFree: fc.boolean(),
    words: fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 900 })),
    pick: fc.nat(),
  }),
  { maxLength: 80 },
);

/** Allocates and frees at random, every block full of a mark of its own, against a Map of what is held. */
function checkAgainstMap(options: KmallocOptions): void {
  fc.assert(
    fc.property(requests, (steps) => {
      const memory = Memory.create({ initialWords: 4096 });
      const kmem = Kmalloc.create(memory, options);
      const held = new Map<Pointer, Held>();
      for (const [mark, { isFree, words, pick }] of steps.entries()) {
        const type = types[pick % 2];
        if (!isFree || held.size === 0) {
          const pointer = kmem.kmalloc(type, words, M_WAITOK | (pick % 3 === 0 ? M_ZERO : 0), `step ${mark}`);
          assert.ok(!held.has(pointer));
          if (pick % 3 === 0)
            assert.ok(memory.words.subarray(pointer, pointer + words).every((word) => word === 0));
          memory.words.fill(mark, pointer, pointer + words);
          held.set(pointer, { words, type, mark });
        } else {
          const [pointer, block] = [...held][pick % held.size];
          kmem.kfree(pointer, block.type);
          held.delete(pointer);
          assert.equal(kmem.stateOf(pointer), 'freed');
        }
      }
      assertHeld(kmem, held);
    }),
    { numRuns: 100 },
  );
}

function assertHeld(kmem: Kmalloc, held: ReadonlyMap<Pointer, Held>): void {
  const { words } = kmem.memory;
  for (const [pointer, block] of held) {
    assert.ok(words.subarray(pointer, pointer + block.words).every((word) => word === block.mark));
    assert.equal(kmem.stateOf(pointer + block.words - 1), 'live');
    const found = kmem.blockAt(pointer + block.words - 1);
    assert.deepEqual([found?.typeName, found?.allocSite], [block.type.name, `step ${block.mark}`]);
  }
  assert.deepEqual(
    kmem
      .liveBlocks()
      .map(({ pointer }) => pointer)
      .toSorted(),
    [...held.keys()].toSorted(),
  );
  for (const { name, inUse } of kmem.statistics()) {
    assert.equal(inUse, [...held.values()].filter(({ type }) => type.name === name).length);
  }
  assert.deepEqual(kmem.verify(), []);
}

describe('kmalloc', () => {
  it('never gives a word twice, whatever is allocated and freed', () => checkAgainstMap({}));

  it('never gives a word twice with checking on', () =>
    checkAgainstMap({ checking: true, quarantineBlocks: 4 }));

  it('never gives a word twice without reuse', () =>
    checkAgainstMap({ checking: true, quarantineBlocks: Infinity }));

  it('fills new blocks and what lies behind them when checking', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory, { checking: true });
    const pointer = kmem.kmalloc(types[0], 4);
    const content = [...memory.words.subarray(pointer, pointer + 6)];
    assert.deepEqual(content, [...Array.from({ length: 4 }, () => UNINITIALISED), RED_ZONE, RED_ZONE]);
    const block = kmem.blockAt(pointer + 5);
    assert.deepEqual([block?.offset, block?.words, kmem.stateOf(pointer + 5)], [5, 4, 'unallocated']);
  });

  it('fails as the flags say when the memory is full', () => {
    const kmem = Kmalloc.create(Memory.create({ initialWords: 8192, maximumWords: 8192 }));
    for (const flags of [M_NOWAIT, M_NULLOK | M_WAITOK])
      assert.equal(kmem.kmalloc(types[0], 8000, flags), NULL);
    assert.throws(() => kmem.kmalloc(types[0], 8000), /ENOMEM: kmalloc of 8000 words for a/);
    for (const words of [0, -1, 1.5, NaN, 2 ** 31])
      assert.throws(() => kmem.kmalloc(types[0], words), /EINVAL/);
    kmem.kfree(NULL, types[0]);
    assert.equal(kmem.statistics()[0].failures, 3);
  });

  it('is created once per memory and attached to by others', () => {
    const memory = Memory.create();
    assert.throws(() => Kmalloc.attach(memory), /ENOENT/);
    assert.throws(() => Kmalloc.create(memory, { quarantineBlocks: -1 }), /EINVAL/);
    const kmem = Kmalloc.create(memory, { checking: true });
    assert.throws(() => Kmalloc.create(memory), /has a kmalloc already/);
    const other = Kmalloc.attach(Memory.attach(memory.buffer));
    const pointer = kmem.kmallocStruct(Proc, types[0]);
    assert.equal(other.checking, true);
    assert.equal(other.blockAt(pointer)?.words, Proc.size);
  });

  it('knows blocks in words by which another attachment grew the memory', () => {
    const memory = Memory.create({ initialWords: 4096 });
    const kmem = Kmalloc.create(memory);
    const other = Kmalloc.attach(Memory.attach(memory.buffer));
    const pointer = kmem.kmalloc(types[0], 50_000, M_WAITOK, 'far');
    assert.equal(other.stateOf(pointer + 49_999), 'live');
    assert.equal(other.blockAt(pointer)?.allocSite, 'far');
    assert.equal(Kmalloc.attach(Memory.attach(memory.buffer)).liveBlocks().length, 1);
  });

  it('starts over after a reset, with the same words each time', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory, { checking: true });
    const run = () => {
      for (let words = 1; words < 40; words += 3)
        kmem.kfree(kmem.kmalloc(types[0], words, M_WAITOK, 'reset'), types[0]);
      return memory.words.slice();
    };
    run();
    kmem.reset();
    assert.deepEqual([kmem.liveBlocks(), kmem.statistics()[0].requests], [[], 0]);
    const second = run();
    kmem.reset();
    assert.deepEqual(run(), second);
  });

  it('serves several workers at once with exact counts', async () => {
    for (const checking of [false, true]) {
      const [crew, rounds, stay] = [3, 1500, 10];
      const memory = Memory.create({ initialWords: 4096, maximumWords: 1 << 21 });
      const kmem = Kmalloc.create(memory, { checking });
      await runCrew(memory, 'kmalloc', crew, [rounds, stay]);
      const [{ inUse, requests, failures }] = kmem.statistics();
      assert.deepEqual([inUse, requests, failures], [crew * stay, crew * rounds, 0]);
      const sites = kmem.liveBlocks().map(({ allocSite }) => allocSite);
      assert.deepEqual(
        sites.toSorted(),
        Array.from({ length: 30 }, (_, at) => `member ${Math.floor(at / 10)}`),
      );
      assert.deepEqual(kmem.verify(), []);
    }
  });
});
