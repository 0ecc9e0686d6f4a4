import assert from 'node:assert/strict';
import { TD } from '@smplab/lwkt';
import { CrashFile } from '../../src/inspect/crash-file.ts';
import { cutList } from '../../src/inspect/cut-list.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';

describe('a list of a dump', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  const listFrom = (damage: Parameters<DumpFolder['write']>[0]) => {
    const machine = dumps.write(damage);
    const list = cutList(CrashFile.open(dumps.path), 'thread', machine.main, 'td_allq');
    return { ...machine, ...list };
  };

  it('ends where it ends', () => {
    const { items, cut, main, sleeper } = listFrom(() => undefined);
    assert.deepEqual({ items, cut }, { items: [main, sleeper], cut: null });
  });

  it('is cut where it comes back', () => {
    const { items, cut, main, sleeper } = listFrom((machine) => {
      machine.kernel.words[machine.sleeper + TD.td_allq] = machine.main;
    });
    assert.deepEqual(items, [main, sleeper]);
    assert.equal(cut, `is cut after 2 elements: it comes back to thread ${main}`);
  });

  it('is cut where it leaves the memory', () => {
    for (const wild of [-8, 1 << 27]) {
      const { items, cut, main } = listFrom((machine) => {
        machine.kernel.words[machine.main + TD.td_allq] = wild;
      });
      assert.deepEqual(items, [main]);
      assert.equal(cut, `is cut after 1 element: it leads to word ${wild}, where no thread can be`);
    }
  });
});
