import fc from 'fast-check';
import { kmalloc } from '@smplab/proc';
import { ringCount, Ring, ringInit, ringPut, ringSpace, ringTake, ringWords } from '../../src/file/ring.ts';
import { M_PIPE } from '../../src/malloc-types.ts';
import { runs, vfsMachine } from '../fixtures/vfs-machine.ts';

const SIZE = 7;

describe('a ring of bytes', () => {
  it('gives what was put into it, in order, in any pieces, around its end', () => {
    const amounts = fc.array(fc.record({ puts: fc.boolean(), count: fc.nat(SIZE + 2) }), { minLength: 20 });
    const sequences = fc.sample(amounts, { numRuns: 100, seed: 1 });
    const program = vfsMachine('ring', { parts: [] }, function* (k) {
      for (const sequence of sequences) {
        const ring = yield* kmalloc(k, M_PIPE, Ring.size + ringWords(SIZE));
        ringInit(k, ring, ring + Ring.size, SIZE);
        const model: number[] = [];
        let next = 0;
        for (const { puts, count } of sequence) {
          const what = `${JSON.stringify({ puts, count, next })} of ${JSON.stringify(sequence)}`;
          if (puts) {
            const bytes = Array.from({ length: Math.min(count, SIZE - model.length) }, () => next++ & 0xff);
            ringPut(k, ring, Uint8Array.from(bytes));
            model.push(...bytes);
          } else {
            const taken = ringTake(k, ring, count);
            k.assert(taken.join() === model.splice(0, count).join(), `taken ${taken.join()}: ${what}`);
          }
          k.assert(ringCount(k, ring) === model.length, `count: ${what}`);
          k.assert(ringSpace(k, ring) === SIZE - model.length, `space: ${what}`);
        }
      }
    });
    runs(program, { schedules: 1 });
  });
});
