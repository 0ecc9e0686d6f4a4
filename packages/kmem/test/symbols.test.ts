import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KmemError, Memory, Symbols } from '@smplab/kmem';
import { Plimit, Proc } from './fixtures/structs.ts';

describe('symbols', () => {
  it('lead every thread to the same static area', () => {
    const memory = Memory.create();
    const proc0 = new Symbols(memory).reserve('proc0', Proc);
    const other = new Symbols(Memory.attach(memory.buffer));
    assert.equal(other.reserve('proc0', Proc), proc0);
    assert.deepEqual(other.find('proc0'), { name: 'proc0', pointer: proc0, structName: 'proc', count: 1 });
  });

  it('are listed by address', () => {
    const memory = Memory.create();
    const symbols = new Symbols(memory);
    const limits = symbols.reserve('limits', Plimit, 3);
    const proc0 = symbols.reserve('a proc', Proc);
    assert.equal(proc0 >= limits + 3 * Plimit.size, true);
    assert.deepEqual(
      symbols.all().map(({ name, count }) => [name, count]),
      [
        ['limits', 3],
        ['a proc', 1],
      ],
    );
    assert.throws(() => symbols.find('nothing'), KmemError);
  });
});
