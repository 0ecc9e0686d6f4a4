import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  Kmalloc,
  KernelPanic,
  M_WAITOK,
  MallocPanic,
  Memory,
  mallocReportText,
  mallocType,
} from '@smplab/kmem';
import type { MallocReport } from '@smplab/kmem';

const proc = mallocType('proc', 'process structures');
const cred = mallocType('cred', 'credentials');

function setUp(checking = true) {
  const memory = Memory.create();
  const kmem = Kmalloc.create(memory, { checking });
  const pointer = kmem.kmalloc(proc, 4, M_WAITOK, 'fork.ts:1');
  return { memory, kmem, pointer };
}

const faultOf = (fault: string, pattern: RegExp) => (error: unknown) =>
  error instanceof MallocPanic &&
  error instanceof KernelPanic &&
  error.report.fault === fault &&
  pattern.test(error.message);

describe('reports of kmalloc', () => {
  it('name type, allocation site and both free sites of a double free, with checking and without', () => {
    for (const checking of [true, false]) {
      const { kmem, pointer } = setUp(checking);
      kmem.kfree(pointer, proc, 'exit.ts:2');
      const line =
        `panic: kmalloc double-free: proc block ${pointer} of 4 words (generation 1) ` +
        `allocated at fork.ts:1 freed at exit.ts:2 now at wait.ts:3`;
      assert.throws(() => kmem.kfree(pointer, proc, 'wait.ts:3'), { message: line });
    }
  });

  it('tell wrong types and wild frees', () => {
    const { memory, kmem, pointer } = setUp(false);
    assert.throws(
      () => kmem.kfree(pointer, cred, 'x.ts:9'),
      faultOf('wrong-type', /now at x\.ts:9 - freed as cred$/),
    );
    const inside = memory.reserve(4);
    for (const wild of [pointer, inside, memory.length].map((at) => (at + 1) as typeof pointer)) {
      assert.throws(() => kmem.kfree(wild, proc), faultOf('wild-free', /wild-free/));
    }
    assert.equal(kmem.stateOf(pointer), 'live');
    assert.equal(kmem.statistics()[0].inUse, 1);
  });

  it('tell an overrun when the block is freed, and a damaged header', () => {
    const { memory, kmem, pointer } = setUp();
    memory.words[pointer + 5] = 0x77;
    assert.throws(() => kmem.kfree(pointer, proc), faultOf('overrun', /offset 5\) holds 0x77/));
    kmem.kfree(pointer, proc);
    const other = kmem.kmalloc(proc, 4);
    memory.words[other - 6] = 1234567;
    assert.throws(() => kmem.kfree(other, proc), faultOf('damaged-header', /damaged-header/));
  });

  it('list leaks by type with their sites', () => {
    const { kmem } = setUp();
    kmem.kmalloc(cred, 9, M_WAITOK, 'cred.ts:5');
    assert.deepEqual(
      kmem
        .leaks()
        .map(({ typeName }) => typeName)
        .toSorted(),
      ['cred', 'proc'],
    );
    const [leak] = kmem.leaks(cred);
    assert.match(
      mallocReportText(leak),
      /^leak: cred block \d+ of 9 words \(generation 1\) allocated at cred\.ts:5$/,
    );
  });

  it('are collected instead of thrown when somebody wants them', () => {
    const { memory, kmem, pointer } = setUp();
    const reports: MallocReport[] = [];
    kmem.onReport = (report) => reports.push(report);
    kmem.kfree(pointer, proc);
    kmem.kfree(pointer, proc);
    memory.words[pointer] = 1;
    reports.push(...kmem.verify());
    assert.deepEqual(
      reports.map(({ fault }) => fault),
      ['double-free', 'write-after-free'],
    );
    assert.equal(kmem.statistics()[0].inUse, 0);
  });
});
