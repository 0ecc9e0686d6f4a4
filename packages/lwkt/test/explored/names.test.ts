import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { GD, IP, KERN, TD } from '../../src/index.ts';
import { kernelProgram } from '../fixtures/kernel-program.ts';
import { passesOnce } from '../fixtures/passes.ts';
import { newToken, start } from '../fixtures/tokens.ts';

describe('the name of a kernel word', () => {
  it('says which field of which CPU, thread, queue, table or block it is', () => {
    const program = kernelProgram('names', { cpus: 2, threads: { *worker() {} } }, function* (k) {
      const { kernel } = k;
      const td = yield* start(k, 'worker', [], { nostart: true, name: 'pager' });
      const token = yield* newToken(k, 'p_token');
      const one = yield* k.allocate('proc', 4, true);
      const two = yield* k.allocate('proc', 4, true);
      const single = yield* k.allocate('flag', 1, true);
      const describeWord = (location: number): string => program.names.describe(location);
      assert.equal(describeWord(kernel.gdOf(1) + GD.gd_npoll), 'cpu1.gd_npoll');
      assert.equal(describeWord(td + TD.td_flags), 'thread pager.td_flags');
      assert.equal(describeWord(kernel.ipiqOf(0, 1) + IP.ip_windex), 'ipiq[0→1].ip_windex');
      assert.equal(describeWord(kernel.sleepMaskOf(3)), 'slpque_cpumasks[3]');
      assert.match(describeWord(kernel.kern + KERN.k_ticks), /k_ticks$/);
      assert.deepEqual([describeWord(one + 2), describeWord(two)], ['proc#1[2]', 'proc#2[0]']);
      assert.equal(describeWord(single), 'flag');
      assert.equal(describeWord(20), 'word 20');
      assert.equal(program.names.token(token), 'p_token');
      assert.equal(program.names.token(yield* newToken(k, '')).split(' ')[0], 'token');
      assert.equal(program.names.thread(td), 'pager');
      yield* k.free('proc', one);
      assert.equal(program.names.token(one), 'proc[0]', 'a token whose description is poison');
    });
    passesOnce(program);
  });
});
