import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AccessClass, AccessKind, KernelPanic, KmemError, Memory, NULL, list, tailq } from '@smplab/kmem';
import type { TailqHead } from '@smplab/kmem';
import { Proc } from './fixtures/structs.ts';

describe('links of lists', () => {
  it('are refused when the field is an entry of another kind of list', () => {
    assert.throws(() => list(Proc, 'p_allq'), KmemError);
    assert.throws(() => list(Proc, 'p_pid'), /proc\.p_pid is no list entry/);
    assert.throws(() => tailq(Proc, 'p_allq', { marker: { field: 'p_limit' } }), KmemError);
  });

  it('panic for a null element', () => {
    const memory = Memory.create();
    assert.throws(() => tailq(Proc, 'p_allq').next(memory, NULL), KernelPanic);
  });

  it('of owned entries belong to the CPU of the struct', () => {
    const memory = Memory.create();
    const runq = tailq(Proc, 'p_runq');
    const head = memory.reserve(2) as TailqHead<'proc'>;
    const element = memory.reserve<'proc'>(Proc.size);
    runq.init(memory, head);
    Proc.view(memory, element).p_cpuid = 1;
    memory.currentCpu = 1;
    runq.insertTail(memory, head, element);
    memory.currentCpu = 0;
    assert.throws(() => runq.remove(memory, head, element), /owner cpu1, current cpu0/);
  });

  it('tell the observer with the access class of the entry', () => {
    const memory = Memory.create();
    const head = memory.reserve(2) as TailqHead<'proc'>;
    const seen: number[][] = [];
    memory.observer = { onAccess: (...access) => seen.push(access) };
    tailq(Proc, 'p_allq').init(memory, head);
    tailq(Proc, 'p_runq').first(memory, head);
    assert.deepEqual(seen, [
      [AccessKind.write, head, AccessClass.plain],
      [AccessKind.write, head + 1, AccessClass.plain],
      [AccessKind.read, head, AccessClass.owned],
    ]);
  });
});
