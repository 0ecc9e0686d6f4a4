import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_schedule,
  TD,
  TDF_TSLEEPQ,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '../src/index.ts';
import { bucketOf, sleepHead, sleepNext, sleepRemove } from '../src/sleep-queue.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { newWord, start } from './fixtures/tokens.ts';

/** CPUs that say they have sleepers in the bucket of an ident. */
function maskOf(k: Context, ident: number): number {
  return k.peek(k.kernel.sleepMaskOf(bucketOf(k, ident)));
}

describe('the sleep queue', () => {
  it('of an ident is that of its number modulo the buckets, as an unsigned number', () => {
    const program = kernelProgram('bucket', { cpus: 1, limits: { sleepBuckets: 7 } }, function* (k) {
      yield* k.fence();
      for (const ident of [1, 7, 8, 0x7fffffff, -1, -7]) assert.equal(bucketOf(k, ident), (ident >>> 0) % 7);
    });
    passesOnce(program);
  });

  it('holds sleepers of its CPU in order of arrival, and a bit of its CPU while there are any', () => {
    const program = kernelProgram(
      'order',
      {
        cpus: 2,
        threads: {
          *sleeper(k, ident) {
            yield* tsleep(k, ident, 0, 'sleeper', 0);
          },
        },
      },
      function* (k) {
        const ident = yield* newWord(k);
        const threads: number[] = [];
        for (let at = 0; at < 3; at++) {
          threads.push(yield* start(k, 'sleeper', [ident]));
          yield* tsleep(k, 5, 0, 'settle', 1);
        }
        const head = sleepHead(k, bucketOf(k, ident));
        const queue: number[] = [];
        for (let td = k.words[head]; td !== 0; td = sleepNext(k, td)) queue.push(td);
        assert.deepEqual(queue, threads);
        assert.equal(maskOf(k, ident), 1);
        yield* sleepRemove(k, threads[1]);
        yield* sleepRemove(k, threads[1]);
        assert.equal(k.words[threads[1] + TD.td_flags] & TDF_TSLEEPQ, 0);
        assert.deepEqual(
          [k.words[head], sleepNext(k, threads[0]), maskOf(k, ident)],
          [threads[0], threads[2], 1],
        );
        yield* wakeup(k, ident);
        assert.deepEqual([k.words[head], maskOf(k, ident)], [0, 0]);
        // The one that was taken off is asleep on nothing: only its CPU can make it go on.
        yield* lwkt_schedule(k, threads[1]);
      },
    );
    passesOnce(program);
  });

  it('is left by a thread that interlocks on another ident', () => {
    const program = kernelProgram('leave', { cpus: 1, limits: { sleepBuckets: 7 } }, function* (k) {
      yield* tsleep_interlock(k, 1);
      assert.deepEqual([maskOf(k, 1), maskOf(k, 2)], [1, 0]);
      yield* tsleep_interlock(k, 2);
      assert.deepEqual([maskOf(k, 1), maskOf(k, 2)], [0, 1]);
    });
    passesOnce(program);
  });
});
