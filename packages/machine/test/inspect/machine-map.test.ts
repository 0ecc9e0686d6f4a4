import assert from 'node:assert/strict';
import { GD, KERN, TD, tdallq } from '@smplab/lwkt';
import { T_DESC } from '@smplab/token';
import { DumpFolder } from '../fixtures/dumped-machine.ts';

describe('the map of a machine', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('finds the CPUs, the threads of each, and those in no list', () => {
    const { map, main, sleeper, writer } = dumps.map(({ kernel, sleeper: gone }) => {
      tdallq.remove(kernel.memory, (kernel.gdOf(0) + GD.gd_tdallq) as never, gone as never);
    });
    assert.deepEqual(
      map.cpus.map(({ cpuid }) => cpuid),
      [0, 1],
    );
    const where = new Map(map.threads.map(({ td, cpuid }) => [td, cpuid]));
    assert.deepEqual(
      [main, writer, sleeper].map((td) => where.get(td)),
      [0, 1, null],
    );
    assert.deepEqual(map.remarks, []);
  });

  it('calls threads of one name by their CPU, and if that is the same, by their number', () => {
    const { map, kernel, main, sleeper, writer } = dumps.map((machine) => {
      machine.kernel.writeText(machine.main + TD.td_comm, 'twin');
      machine.kernel.writeText(machine.sleeper + TD.td_comm, 'twin');
      machine.kernel.writeText(machine.writer + TD.td_comm, '');
    });
    const serial = kernel.words[main + TD.td_serial];
    assert.equal(map.threadName(main), `twin#${serial}`);
    assert.equal(map.threadName(sleeper), `twin#${serial + 1}`);
    assert.equal(map.threadName(writer), `thread ${writer}`);
    assert.equal(map.threadName(kernel.words[kernel.gdOf(1) + GD.gd_idlethread]), 'cpu1/idle');
    assert.equal(map.threadName(0), 'none');
    assert.equal(map.threadName(-7), 'word -7, no thread');
  });

  it('says what a word is', () => {
    const { map, kernel, main, token, counter } = dumps.map(({ kernel: { kmem }, counter: block }) => {
      kmem.kfree(block as never, { name: 'counter', description: '', limitWords: 0 });
    });
    assert.equal(map.describe(0), '0');
    assert.equal(map.describe(main), 'thread main');
    assert.equal(map.describe(main + TD.td_refs), 'thread main.td_refs');
    assert.equal(map.describe(kernel.gdOf(1) + GD.gd_npoll), 'cpu1.gd_npoll');
    assert.equal(map.describe(token), 'token accounts');
    assert.equal(map.describe(token + T_DESC), `token ${token}[${T_DESC}]`);
    assert.equal(map.describe(counter + 1), `freed counter ${counter}[1]`);
    assert.equal(map.describe(1 << 28), String(1 << 28));
    assert.deepEqual(map.tokenBlocks(), [token]);
  });

  it('remarks on CPUs that cannot be, and on threads that are freed or in two lists', () => {
    const many = dumps.map(({ kernel }) => (kernel.words[kernel.kern + KERN.k_ncpus] = 1000));
    assert.match(many.map.remarks.join(), /k_ncpus is 1000/);
    const wild = dumps.map(({ kernel }) => (kernel.words[kernel.kern + KERN.k_gd_stride] = 1 << 27));
    assert.deepEqual(wild.map.cpus.length, 1);
    assert.match(wild.map.remarks.join(), /the globaldata of cpu1 would lie at word \d+, outside the memory/);
    const freed = dumps.map(({ kernel, sleeper }) => {
      kernel.kmem.kfree(sleeper as never, { name: 'thread', description: '', limitWords: 0 });
    });
    assert.match(freed.map.remarks.join(), /thread list of cpu0 has thread \d+, whose memory is freed/);
    const shared = dumps.map(({ kernel, sleeper, writer }) => {
      kernel.words[sleeper + TD.td_allq] = writer;
    });
    assert.match(shared.map.remarks.join(), /thread \d+ is in the lists of cpu0 and of cpu1/);
  });
});
