import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import {
  Dump,
  Kmalloc,
  KmemError,
  M_WAITOK,
  M_ZERO,
  Memory,
  MemoryRoot,
  Symbols,
  dumpBytes,
  mallocType,
  spin_lock,
  tailq,
  writeDump,
} from '@smplab/kmem';
import type { TailqHead } from '@smplab/kmem';
import { Proc } from './fixtures/structs.ts';

const M_PROC = mallocType('proc', 'process structures');

/** A memory with a static and an allocated proc, on a list. */
function crashed() {
  const memory = Memory.create();
  const kmem = Kmalloc.create(memory);
  const proc0 = new Symbols(memory).reserve('proc0', Proc);
  const child = kmem.kmallocStruct(Proc, M_PROC, M_WAITOK | M_ZERO, 'kern_fork.ts:88');
  const head = memory.reserve(2) as TailqHead<'proc'>;
  const allproc = tailq(Proc, 'p_allq');
  allproc.init(memory, head);
  allproc.insertTail(memory, head, child);
  Object.assign(Proc.view(memory, child), { p_pid: 102, p_comm: 'sh', p_flag: 0x800 });
  return { memory, proc0, child, head, allproc };
}

describe('a dump', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'kmem-dump-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is opened again as a memory that views, lists and kmalloc work on', () => {
    const { memory, child, head, allproc } = crashed();
    const path = join(folder, 'good.kdump');
    writeDump(path, memory, [Proc]);
    const dump = Dump.open(path);
    assert.deepEqual(dump.memory.words.slice(0, memory.top), memory.words.slice(0, memory.top));
    assert.deepEqual([...allproc.foreach(dump.memory, head)], [child]);
    assert.equal(Proc.view(dump.memory, child).p_comm, 'sh');
    assert.equal(Kmalloc.attach(dump.memory).blockAt(child)?.allocSite, 'kern_fork.ts:88');
  });

  it('prints by struct names and finds the field of a word', () => {
    const { memory, proc0, child } = crashed();
    const path = join(folder, 'print.kdump');
    writeDump(path, memory, [Proc]);
    const dump = Dump.open(path);
    assert.deepEqual(dump.structNames, ['proc']);
    assert.match(dump.print('proc', child), /p_pid = 102\n {2}p_flag = P_TRACED\n/);
    const all = dump.printAll('proc');
    assert.match(all, new RegExp(`^proc0: struct proc at ${proc0} \\{`));
    assert.match(all, new RegExp(`\\nproc ${child}: struct proc at ${child} \\{`));
    assert.equal(dump.printAll('rlimit'), '');
    assert.equal(dump.describe(child + Proc.offsets.p_lock), `proc ${child}.p_lock`);
    assert.equal(dump.describe(3), 'word 3');
    assert.throws(() => dump.print('thread', child), /no struct 'thread' in this dump/);
  });

  it('carries the notes of its writer, if there are any', () => {
    const { memory } = crashed();
    const path = join(folder, 'notes.kdump');
    const notes = { reason: 'panic: lost count', functions: [[7, 'worker']] };
    writeDump(path, memory, [Proc], notes);
    assert.deepEqual(Dump.open(path).notes, notes);
    writeFileSync(path, dumpBytes(memory, [Proc]));
    assert.deepEqual(Dump.open(path).notes, {});
  });

  it('has an allocator nobody holds, though it was dumped in the middle of a kmalloc', () => {
    const { memory } = crashed();
    const path = join(folder, 'held.kdump');
    spin_lock(memory.words, memory.root(MemoryRoot.kmalloc));
    writeDump(path, memory, [Proc]);
    const kmem = Kmalloc.attach(Dump.open(path).memory);
    kmem.kmalloc(M_PROC, 4, M_WAITOK);
    assert.equal(kmem.liveBlocks(M_PROC).length, 2);
  });

  it('is refused when it is foreign, cut, changed or missing', () => {
    const { memory } = crashed();
    const path = join(folder, 'bad.kdump');
    writeDump(path, memory, [Proc]);
    const good = readFileSync(path);
    const changed = Buffer.from(good);
    changed[good.length - 9] ^= 1;
    const newer = Buffer.from(good);
    newer[8] = 9;
    const refused: [Buffer, RegExp][] = [
      [Buffer.from('PNG, or so'), /foreign file/],
      [Buffer.alloc(0), /foreign file/],
      [good.subarray(0, 20), /foreign file/],
      [good.subarray(0, good.length - 1), /bytes instead of/],
      [changed, /checksum does not match/],
      [newer, /version 9/],
    ];
    for (const [content, why] of refused) {
      writeFileSync(path, content);
      assert.throws(() => Dump.open(path), why);
      assert.throws(
        () => Dump.open(path),
        (error) => error instanceof KmemError && error.code === 'EFTYPE',
      );
    }
    assert.throws(() => Dump.open(join(folder, 'none')), /ENOENT: cannot read dump/);
  });
});
