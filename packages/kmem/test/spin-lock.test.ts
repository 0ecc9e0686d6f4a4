import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, Memory, spin_lock, spin_trylock, spin_unlock } from '@smplab/kmem';

describe('the spin word', () => {
  it('is held by one at a time', () => {
    const memory = Memory.create({ initialWords: 64 });
    const spin = memory.reserve(1);
    spin_lock(memory.words, spin);
    assert.equal(spin_trylock(memory.words, spin), false);
    spin_unlock(memory.words, spin);
    assert.equal(spin_trylock(memory.words, spin), true);
    spin_unlock(memory.words, spin);
    assert.equal(memory.words[spin], 0);
  });

  it('panics when released by nobody', () => {
    const memory = Memory.create({ initialWords: 64 });
    assert.throws(() => spin_unlock(memory.words, memory.reserve(1)), KernelPanic);
  });
});
