import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  Memory,
  NULL,
  atomic_add_int,
  atomic_clear_int,
  atomic_cmpset_int,
  atomic_fcmpset_int,
  atomic_fetchadd_int,
  atomic_load_acq_int,
  atomic_readandclear_int,
  atomic_set_int,
  atomic_store_rel_int,
  atomic_subtract_int,
  atomic_swap_int,
  atomic_testandclear_int,
  atomic_testandset_int,
  cpu_lfence,
  cpu_mfence,
  cpu_sfence,
} from '@smplab/kmem';
import { runCrew } from './fixtures/crew.ts';

describe('BSD atomics', () => {
  it('do to one word what their names say', () => {
    const memory = Memory.create({ initialWords: 64 });
    const p = memory.reserve(1);
    atomic_store_rel_int(memory, p, 0b1010);
    atomic_set_int(memory, p, 0b0101);
    atomic_clear_int(memory, p, 0b0010);
    assert.equal(atomic_load_acq_int(memory, p), 0b1101);
    atomic_add_int(memory, p, 7);
    atomic_subtract_int(memory, p, 10);
    assert.equal(atomic_fetchadd_int(memory, p, -4), 10);
    assert.equal(atomic_swap_int(memory, p, 2 ** 31 - 1), 6);
    atomic_add_int(memory, p, 1);
    assert.equal(atomic_readandclear_int(memory, p), -(2 ** 31));
    assert.equal(memory.words[p], 0);
    for (const fence of [cpu_mfence, cpu_lfence, cpu_sfence]) fence(memory);
  });

  it('compare and set only what is expected, unsigned spelling included', () => {
    const memory = Memory.create({ initialWords: 64 });
    const p = memory.reserve(1);
    assert.equal(atomic_cmpset_int(memory, p, 1, 2), false);
    assert.equal(atomic_cmpset_int(memory, p, 0, 0x8000_0000), true);
    assert.equal(atomic_cmpset_int(memory, p, 0x8000_0000, 5), true);
    const old = { value: 4 };
    assert.equal(atomic_fcmpset_int(memory, p, old, 6), false);
    assert.equal(old.value, 5);
    assert.equal(atomic_fcmpset_int(memory, p, old, 6), true);
    assert.equal(memory.words[p], 6);
  });

  it('test single bits', () => {
    const memory = Memory.create({ initialWords: 64 });
    const p = memory.reserve(1);
    assert.deepEqual(
      [atomic_testandset_int(memory, p, 31), atomic_testandset_int(memory, p, 63)],
      [false, true],
    );
    assert.deepEqual(
      [atomic_testandclear_int(memory, p, 31), atomic_testandclear_int(memory, p, 31)],
      [true, false],
    );
  });

  it('refuse the null pointer', () => {
    const memory = Memory.create({ initialWords: 64 });
    assert.throws(() => atomic_add_int(memory, NULL, 1), /EFAULT/);
    assert.throws(() => atomic_swap_int(memory, 64, 1), /EFAULT/);
  });

  it('lose nothing between workers', async () => {
    const memory = Memory.create();
    const [counter, exchanged, bits] = [memory.reserve(1), memory.reserve(1), memory.reserve(1)];
    await runCrew(memory, 'atomics', 3, [counter, exchanged, bits, 20_000]);
    assert.deepEqual(
      [memory.words[counter], memory.words[exchanged], memory.words[bits]],
      [60_000, 60_000, 0b111],
    );
  });
});
