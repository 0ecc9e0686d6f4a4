import assert from 'node:assert/strict';
import { createMachine } from '@smplab/machine';
import { describe, it } from 'mocha';

const STORM = new URL('../fixtures/procfs-storm.mjs', import.meta.url).href;

describe('a storm on /proc', () => {
  it('leaves a live machine of two CPUs whole, no memory in use, no text of another', async () => {
    const lines: string[] = [];
    const machine = createMachine({
      cpus: 2,
      images: [{ module: STORM }],
      timeLimitSeconds: 50,
      onLog: (_cpu, text) => lines.push(text),
    });
    const { outcome, message } = await machine.run();
    assert.equal(outcome, 'halted', message);
    assert.match(lines.at(-1) ?? '', /^in all: .*\b12 execs/);
  });
});
