import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Memory, writeDump } from '@smplab/kmem';
import { Kern, Thread } from '@smplab/lwkt';
import { writeCrashDump } from '../../src/index.ts';
import { bitNames, CrashFile } from '../../src/inspect/crash-file.ts';
import { DumpFolder, REASON } from '../fixtures/dumped-machine.ts';

describe('a crash file', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  const refused = (content: Uint8Array | string, why: RegExp): void => {
    writeFileSync(dumps.path, content);
    assert.throws(
      () => CrashFile.open(dumps.path),
      (error: Error) =>
        error.name === 'InputError' && why.test(error.message) && !error.message.includes('\n'),
    );
  };

  it('is refused in one line when it is foreign, cut short, damaged or missing', () => {
    dumps.write();
    const good = readFileSync(dumps.path);
    const changed = Buffer.from(good);
    changed[good.length >> 1] ^= 4;
    refused('a picture, or so', /is no kmem dump: foreign file/);
    refused('', /foreign file/);
    refused(good.subarray(0, good.length >> 1), /bytes instead of/);
    refused(good.subarray(0, 30), /bytes instead of/);
    refused(changed, /checksum does not match/);
    assert.throws(() => CrashFile.open('/no/such/dump'), /cannot read dump \/no\/such\/dump/);
    assert.throws(() => CrashFile.open(dumps.folder), /cannot read dump/);
  });

  it('is refused when it is a dump of something else', () => {
    const memory = Memory.create();
    writeDump(dumps.path, memory, [Kern]);
    refused(readFileSync(dumps.path), /has no notes/);
    writeCrashDump(dumps.path, memory, REASON);
    refused(readFileSync(dumps.path), /is no dump of a kernel/);
  });

  it('reads words and fields by the layouts in the dump, and 0 outside it', () => {
    const { writer, kernel } = dumps.write();
    const file = CrashFile.open(dumps.path);
    assert.equal(file.text('thread', writer, 'td_comm'), 'writer');
    assert.equal(file.field('thread', writer, 'td_gd'), 1);
    assert.deepEqual(file.flags('thread', writer, 'td_flags'), ['RUNQ']);
    assert.equal(file.bit('thread', 'td_flags', 'NOSUCH'), 0);
    assert.equal(file.functionName(kernel.registry.numberOf('writer')), 'writer');
    assert.equal(file.functionName(12), 'function 12');
    assert.deepEqual(
      [-1, 0, 1 << 30].map((at) => file.word(at)),
      [0, 0, 0],
    );
    assert.equal(file.text('thread', file.top, 'td_comm'), '');
    assert.ok(file.has('thread', writer) && !file.has('thread', file.top) && !file.has('thread', -4));
  });

  it('says so when the layouts are those of another smplab', () => {
    const { kernel } = dumps.write();
    writeDump(dumps.path, kernel.memory, [Kern, { ...Thread, fields: {}, offsets: {} }], {
      ...{ form: 'smplab-crash', version: 1, reason: REASON, functions: [] },
    });
    const file = CrashFile.open(dumps.path);
    assert.throws(
      () => file.field('thread', 100, 'td_wchan'),
      /written by another smplab: struct thread has no field/,
    );
    assert.throws(() => file.layout('proc'), /has no layout of struct proc/);
  });

  it('names bits, and shows those without a name', () => {
    assert.deepEqual(bitNames(0x25, { A: 1, B: 2, C: 4 }), ['A', 'C', '0x20']);
    assert.deepEqual(bitNames(0, { A: 1 }), []);
  });
});
