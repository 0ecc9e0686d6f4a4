import assert from 'node:assert/strict';
import { bench } from '../../src/commands/bench.ts';

describe('smplab bench', () => {
  it('refuses an area there is none of', async () => {
    await assert.rejects(bench('speed', { quick: true }), /no benchmark area "speed"; there is explore/);
  });
});
