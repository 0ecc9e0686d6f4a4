import assert from 'node:assert/strict';
import { createMachine, stressImage } from '../src/index.ts';

describe('the built-in stress', () => {
  it('keeps several CPUs busy with all that the kernel has, and ends by itself', async () => {
    const lines: string[] = [];
    const machine = createMachine({
      cpus: 3,
      images: [stressImage()],
      args: [20],
      timeLimitSeconds: 40,
      onLog: (_cpu, text) => lines.push(text),
    });
    const report = await machine.run();
    assert.equal(report.outcome, 'halted', report.message);
    assert.match(
      lines.join('\n'),
      /^[1-9]\d* times the token, [1-9]\d* wakeups across CPUs\n[1-9]\d* messages answered/,
    );
  });
});
