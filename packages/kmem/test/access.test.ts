import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AccessClass, AccessKind, KernelPanic, Memory, NO_CPU, atomic_add_int } from '@smplab/kmem';
import { Proc } from './fixtures/structs.ts';

function setUp() {
  const memory = Memory.create();
  const p = Proc.view(memory, memory.reserve<'proc'>(Proc.size));
  p.p_cpuid = 2;
  return { memory, p };
}

describe('access classes', () => {
  it('let only the owning CPU touch owned words', () => {
    const { memory, p } = setUp();
    memory.currentCpu = 2;
    p.p_ticks = 5;
    p.p_hist.set(1, 6);
    memory.currentCpu = 1;
    assert.throws(() => p.p_ticks, KernelPanic);
    assert.throws(() => p.p_hist.get(1), /proc\.p_hist \(word \d+\) owner cpu2, current cpu1/);
    assert.throws(() => {
      p.p_ticks = 1;
    }, /owned word touched by another cpu: proc\.p_ticks \(word \d+\) owner cpu2, current cpu1/);
    memory.currentCpu = NO_CPU;
    assert.deepEqual([p.p_ticks, p.p_hist.get(1)], [5, 6]);
  });

  it('are told to the observer with kind and word, before the access', () => {
    const { memory, p } = setUp();
    const seen: number[][] = [];
    memory.observer = { onAccess: (...access) => seen.push([...access, memory.words[access[1]]]) };
    p.p_pid = 9;
    p.p_lock = p.p_pid;
    p.p_refs = 1;
    atomic_add_int(memory, Proc.addressOf(p.pointer, 'p_refs'), 1);
    const at = (name: 'p_pid' | 'p_lock' | 'p_refs') => Proc.addressOf(p.pointer, name);
    assert.deepEqual(seen, [
      [AccessKind.write, at('p_pid'), AccessClass.plain, 0],
      [AccessKind.read, at('p_pid'), AccessClass.plain, 9],
      [AccessKind.write, at('p_lock'), AccessClass.relaxed, 0],
      [AccessKind.write, at('p_refs'), AccessClass.atomic, 0],
      [AccessKind.readModifyWrite, at('p_refs'), AccessClass.atomic, 1],
    ]);
  });

  it('let an observer forbid an access by throwing', () => {
    const { memory, p } = setUp();
    memory.observer = {
      onAccess: () => {
        throw new KernelPanic('not now');
      },
    };
    assert.throws(() => {
      p.p_pid = 9;
    }, /not now/);
    memory.observer = undefined;
    assert.equal(p.p_pid, 0);
  });
});
