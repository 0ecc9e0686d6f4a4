import assert from 'node:assert/strict';
import { MemoryRoot } from '@smplab/kmem';
import { memoryReport } from '../../src/inspect/memory-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';
import { COUNTER_WORDS } from '../fixtures/small-machine.ts';

describe('the report on kernel memory', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('has the use of memory by type', () => {
    const { map, memory } = dumps.map();
    const { words, types, damage } = memoryReport(map);
    assert.equal(words, memory.top);
    const use = Object.fromEntries(types.map(({ name, inUse }) => [name, inUse]));
    assert.deepEqual({ use, damage }, { use: { counter: 1, thread: 5, token: 1 }, damage: [] });
  });

  it('tells of blocks that were written beyond their end', () => {
    const { map, counter } = dumps.map(
      ({ kernel, counter: block }) => (kernel.words[block + COUNTER_WORDS] = 1),
    );
    assert.match(memoryReport(map).damage[0], new RegExp(`^overrun: counter block ${counter} of 3 words`));
  });

  it('does without an allocator, and with one that was overwritten', () => {
    const none = dumps.map(({ memory }) => (memory.words[4 + MemoryRoot.kmalloc] = 0));
    assert.deepEqual(memoryReport(none.map).types, []);
    const wild = dumps.map(({ memory }) =>
      memory.words.fill(0x7f7f7f7f, memory.root(MemoryRoot.kmalloc), 4000),
    );
    const { types, damage } = memoryReport(wild.map);
    assert.deepEqual([types, damage], [[], []]);
  });
});
