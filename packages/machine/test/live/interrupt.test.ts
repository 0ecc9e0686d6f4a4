import assert from 'node:assert/strict';
import { LIVE_LIMITS } from '@smplab/lwkt';
import { createMachine, type Driver, LiveMachine } from '../../src/index.ts';
import { image } from '../fixtures/live-run.ts';

const DEVICE = { ...image('', 'subsystem-programs.mjs'), scenario: 'device' };

function live(machine: Driver): LiveMachine {
  assert.ok(machine instanceof LiveMachine);
  return machine;
}

describe('an interrupt that the host raises', function () {
  this.timeout(60_000);

  for (const cpus of [1, 2]) {
    it(`makes the interrupt thread run, each time, and none is lost: cpu${cpus - 1}`, async () => {
      const lines: string[] = [];
      const machine = live(
        createMachine({
          cpus,
          images: [DEVICE],
          args: [200],
          timeLimitSeconds: 40,
          devices: true,
          onLog: (_cpu, text) => {
            lines.push(text);
            if (text !== 'served 200') machine.interrupt(cpus - 1, 9);
          },
        }),
      );
      const report = await machine.run();
      assert.equal(report.outcome, 'halted', report.message);
      const served = Array.from({ length: 200 }, (_, at) => `served ${at + 1}`);
      assert.deepEqual(lines, ['ready', ...served]);
    });
  }

  it('is waited for by a machine that has devices, and by no other', async () => {
    const options = { cpus: 1, images: [DEVICE], args: [1], watchdogSeconds: 0.3 };
    const without = await createMachine(options).run();
    assert.deepEqual([without.outcome, without.verdict], ['failed', 'deadlock']);
    const waits = await createMachine({ ...options, devices: true, timeLimitSeconds: 1.5 }).run();
    assert.equal(waits.outcome, 'time-limit', waits.message);
  });

  it('is refused for a CPU or vector that does not exist', () => {
    const machine = new LiveMachine({
      cpus: 2,
      images: [DEVICE],
      limits: { ...LIVE_LIMITS, memoryWords: 1 << 20 },
    });
    for (const cpu of [2, -1, 0.5])
      assert.throws(() => machine.interrupt(cpu, 0), /^RangeError: there is no cpu/);
    for (const vector of [32, -1, 0.5]) {
      assert.throws(() => machine.interrupt(0, vector), /^RangeError: interrupt vector .*: a whole number/);
    }
  });
});
