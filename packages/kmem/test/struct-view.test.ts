import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Memory, NULL, pointerTo } from '@smplab/kmem';
import { Proc } from './fixtures/structs.ts';

function setUp() {
  const memory = Memory.create({ initialWords: 1024 });
  return { memory, p: Proc.view(memory, memory.reserve<'proc'>(Proc.size)) };
}

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('struct views', () => {
  it('give back what was assigned, and leave the other fields alone', () => {
    const { memory, p } = setUp();
    const values = fc.record({
      p_pid: int,
      p_refs: fc.nat(2 ** 32 - 1),
      p_start: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      p_offset: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      p_pptr: fc.nat(1000).map((index) => pointerTo<'proc'>(index)),
      p_comm: fc.string({ maxLength: 9 }).filter((text) => !text.includes('\0')),
      p_ticks: int,
    });
    fc.assert(
      fc.property(values, (assigned) => {
        memory.words.fill(0, p.base, p.base + Proc.size);
        Object.assign(p, assigned);
        for (const [name, value] of Object.entries(assigned)) {
          assert.equal(p[name as keyof typeof assigned], value, name);
        }
        assert.deepEqual([p.p_lock, p.p_sigs.get(0), p.p_limit.pl_refcnt], [0, 0, 0]);
      }),
    );
  });

  it('show 64-bit fields as low and high words', () => {
    const { memory, p } = setUp();
    p.p_start = 0x1_8000_0002n;
    assert.deepEqual([p.p_start_low, p.p_start_high], [0x80000002 | 0, 1]);
    p.p_start_high = -1;
    assert.equal(p.p_start, 0xffff_ffff_8000_0002n);
    assert.equal(memory.words[Proc.addressOf(p.pointer, 'p_start') + 1], -1);
  });

  it('reach into nested structs and arrays', () => {
    const { memory, p } = setUp();
    p.p_limit.pl_rlimit.get(2).rlim_max = 77n;
    const address = Proc.addressOf(p.pointer, 'p_limit') + 1 + 2 * 4 + 2;
    assert.equal(memory.words[address], 77);
    assert.equal(Proc.describe(address - p.pointer), 'p_limit.pl_rlimit[2].rlim_max:low');
  });

  it('move from struct to struct without being made anew, parts included', () => {
    const { memory, p } = setUp();
    const [first, second] = [p.pointer, memory.reserve<'proc'>(Proc.size)];
    const { p_limit, p_sigs, p_key } = p;
    p_sigs.set(0, 1);
    p.at(second).p_sigs.set(0, 2);
    p.p_key.text = 'two';
    assert.equal(p.p_limit, p_limit);
    assert.equal(p.p_sigs, p_sigs);
    assert.equal(p.p_key, p_key);
    assert.deepEqual([p.at(first).p_sigs.get(0), p.p_key.text], [1, '']);
    assert.deepEqual([p.at(second).p_sigs.get(0), p.p_key.text], [2, 'two']);
    assert.deepEqual(
      [p.p_children, p.p_list],
      [second + Proc.offsets.p_children, second + Proc.offsets.p_list],
    );
  });

  it('refuse null pointers and structs outside the memory', () => {
    const { memory, p } = setUp();
    assert.throws(() => p.at(NULL), /null or negative pointer/);
    assert.throws(() => Proc.view(memory).p_pid, /proc\.p_pid of a null pointer/);
    assert.throws(() => Proc.view(memory).p_sigs, /of a null pointer/);
    assert.throws(() => p.at(pointerTo<'proc'>(memory.length - 1)), /EFAULT/);
  });

  it('see structs in words by which another attachment grew the memory', () => {
    const { memory, p } = setUp();
    const other = Memory.attach(memory.buffer);
    const far = other.reserve<'proc'>(Proc.size + 2000);
    Proc.view(other, far).p_pid = 5;
    assert.equal(p.at(far).p_pid, 5);
  });

  it('keep types apart: no pointer to another struct, no assignment to parts', () => {
    const { p } = setUp();
    // @ts-expect-error a thread is no proc
    const wrong = () => p.at(pointerTo<'thread'>(20));
    // @ts-expect-error an array is changed in place
    const assign = () => (p.p_sigs = null);
    assert.doesNotThrow(wrong);
    assert.equal(typeof assign, 'function');
    assert.equal(Reflect.set(p, 'p_sigs', null), false);
  });
});
