import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { execStrings, pargsDrop, pargsHold, stringsMake, textBytes } from '../../src/life/strings.ts';
import { P } from '../../src/table/proc.ts';
import { check, runs, tableProgram } from '../table/fixtures/by-hand.ts';

const ROWS = [{ pid: 0 }, { pid: 4 }];

/** Texts of any characters but NUL, with well-formed pairs. */
const text = fc
  .oneof(
    fc.string({ maxLength: 9 }),
    fc.string({ unit: 'grapheme', maxLength: 9 }),
    fc.string({ unit: 'binary', maxLength: 9 }),
  )
  .map((each) => each.replaceAll('\0', ''));
const texts = fc.array(text, { maxLength: 6 });

describe('the texts of a program', () => {
  it('are the same after they were words, and go with the last process that has them', () => {
    const samples = [
      ...fc.sample(fc.tuple(texts, texts), { numRuns: 300, seed: 1 }),
      [['\ufeffname', ''], ['\ufeffA=b']] as [string[], string[]],
    ];
    const program = tableProgram('texts', { rows: ROWS, cpus: 1, checkLeaks: true }, function* (k, table) {
      const p = table.p(4);
      for (const [argv, env] of samples) {
        const ar = yield* stringsMake(k, argv, env);
        yield* pargsHold(k, ar);
        yield* pargsDrop(k, ar);
        k.words[p + P.p_strings] = ar;
        const found = execStrings(k, p);
        const [given, got] = [JSON.stringify({ argv, env }), JSON.stringify(found)];
        check(k, given === got, `${got}, not ${given}`);
        k.words[p + P.p_strings] = 0;
        yield* pargsDrop(k, ar);
      }
      check(k, execStrings(k, p).argv.length === 0, 'a process without a program has none');
      yield* pargsHold(k, 0);
      yield* pargsDrop(k, 0);
    });
    runs(program);
  });

  it('take their bytes and a NUL each', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const bytes = all.reduce((sum, each) => sum + Buffer.byteLength(each) + 1, 0);
        assert.equal(textBytes(all), bytes);
      }),
    );
  });
});
