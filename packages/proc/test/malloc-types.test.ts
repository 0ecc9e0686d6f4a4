import { describe, it } from 'mocha';
import { kfree, kmalloc, M_TEMP } from '../src/malloc-types.ts';
import { check, ROOT, runs, tableProgram, verdictOf } from './table/fixtures/by-hand.ts';

describe('kernel memory', () => {
  it('comes zeroed, also where something was before, and is given back', () => {
    const program = tableProgram('zero', { rows: ROOT, cpus: 1, checkLeaks: true }, function* (k) {
      for (let round = 0; round < 200; round++) {
        const block = yield* kmalloc(k, M_TEMP, 8);
        for (let word = 0; word < 8; word++) {
          check(k, k.get(block + word) === 0, `word ${word} in round ${round}`);
          k.set(block + word, -1);
        }
        yield* kfree(k, M_TEMP, block);
      }
    });
    runs(program);
  });

  it('is a panic when there is none left, with how much of what was asked for', () => {
    const program = tableProgram('full', { rows: ROOT, cpus: 1 }, function* (k) {
      for (;;) yield* kmalloc(k, M_TEMP, 5000);
    });
    const { message } = verdictOf(program, 'panic', { strategy: 'random', schedules: 1 });
    if (!/kmalloc/.test(message)) throw new Error(message);
  });
});
