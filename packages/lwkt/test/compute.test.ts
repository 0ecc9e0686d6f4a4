import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lwkt_compute } from '../src/index.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

describe('lwkt_compute', () => {
  it('takes no time under the explorer: it is a step at which others may run', () => {
    const seen = new Set<number>();
    const program = kernelProgram(
      'compute',
      {
        threads: {
          *other(k, word) {
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'other', [word], { cpu: 1 });
        yield* lwkt_compute(k, 1_000_000);
        seen.add(k.peek(word));
        yield* joinAll(k, td);
      },
    );
    watchAll(program, {}, { strategy: 'dfs', preemptions: 1, schedules: 5_000 });
    assert.deepEqual([...seen].sort(), [0, 1]);
  });
});
