import { describe, it } from 'mocha';
import { G } from '../../src/table/procglob.ts';
import { read_random } from '../../src/table/random.ts';
import { all, check, passes, ROOT, runs, tableProgram, together } from './fixtures/by-hand.ts';

describe('random numbers of the table', () => {
  it('follow from the word they start with, and never repeat soon', () => {
    runs(
      tableProgram('sequence', { rows: ROOT }, function* (k, table) {
        const seen = new Set<number>();
        for (let drawn = 0; drawn < 200; drawn++) seen.add(yield* read_random(k));
        check(k, seen.size === 200 && !seen.has(0), `${seen.size} different numbers`);
        k.words[table.g + G.g_random] = 7;
        const first = yield* read_random(k);
        k.words[table.g + G.g_random] = 7;
        check(k, (yield* read_random(k)) === first, 'the same state gives the same number');
      }),
    );
  });

  it('differ for two who draw at the same time', () => {
    const threads = {
      *one(k: Parameters<typeof read_random>[0], word: number) {
        k.words[word] = yield* read_random(k);
      },
      *two(k: Parameters<typeof read_random>[0], word: number) {
        k.words[word + 1] = yield* read_random(k);
      },
    };
    const program = tableProgram('two', { rows: ROOT, threads }, function* (k) {
      const word = yield* k.allocate('test', 2, true);
      yield* together(k, Object.keys(threads), word);
      check(k, k.words[word] !== k.words[word + 1], 'they differ');
    });
    passes(program, all(2));
  });
});
