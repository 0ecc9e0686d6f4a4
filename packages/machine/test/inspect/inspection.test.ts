import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspectDump, INSPECTION_PARTS, inspectionOf, selected, writeCrashDump } from '../../src/index.ts';
import { DumpFolder, REASON } from '../fixtures/dumped-machine.ts';
import { smallMachine } from '../fixtures/small-machine.ts';

describe('an inspection', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('is one plain value, the reason first', () => {
    dumps.write();
    const inspection = inspectionOf(dumps.path);
    assert.deepEqual(JSON.parse(JSON.stringify(inspection)), inspection);
    assert.deepEqual(Object.keys(inspection), ['reason', 'machine', 'remarks', ...INSPECTION_PARTS]);
    assert.deepEqual(inspection.reason, REASON);
    assert.deepEqual(inspection.machine, { cpus: 2, ticks: 12, hz: 100, isHalted: false, panic: null });
  });

  it('can be cut down to some parts, and to one CPU', () => {
    dumps.write();
    const inspection = inspectionOf(dumps.path);
    const some = selected(inspection, { cpu: 1, parts: ['tokens', 'threads', 'sleepers'] });
    assert.deepEqual(Object.keys(some), ['reason', 'machine', 'remarks', 'threads', 'tokens', 'sleepers']);
    assert.deepEqual(
      some.threads?.map(({ name }) => name),
      ['cpu1/idle', 'writer'],
    );
    assert.deepEqual(
      some.tokens?.map(({ name }) => name),
      ['accounts'],
    );
    assert.deepEqual(some.sleepers, []);
    assert.deepEqual(selected(inspection, {}), inspection);
  });

  it('comes to an end, and throws nothing, whatever was written over the memory', () => {
    const wild = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 6000 }), fc.constantFrom(0, -1, 1 << 30));
    const { kernel } = smallMachine();
    const { words, memory } = kernel;
    const good = words.slice();
    // Beyond the header, by which a memory is known to be one.
    const place = fc.integer({ min: 12, max: memory.top - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, wild), { minLength: 1, maxLength: 200 }), (writes) => {
        words.set(good);
        for (const [at, value] of writes) words[at] = value;
        writeCrashDump(dumps.path, kernel, REASON);
        assert.match(inspectDump(dumps.path), /^assertion: both writes count/);
      }),
      { numRuns: 150 },
    );
  });
});
