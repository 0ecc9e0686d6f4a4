import { KERN } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { isTooSoon, looksTooSoon, stampReuse } from '../../src/table/pid-domain.ts';
import { PRG } from '../../src/table/procglob.ts';
import { procs } from '../../src/proc-kernel.ts';
import { check, ROOT, runs, tableProgram } from './fixtures/by-hand.ts';

describe('the stamps of pids', () => {
  it('keep a domain for eleven seconds, and again when the byte comes round', () => {
    runs(
      tableProgram('stamps', { rows: ROOT }, function* (k) {
        const { hz } = k.kernel.limits;
        const at = (second: number): void => void (k.words[k.kernel.kern + KERN.k_ticks] = second * hz);
        const token = procs(k).bucketOf(100) + PRG.proc_token;
        yield* k.gettoken(token);
        at(1000);
        stampReuse(k, 100);
        for (const [second, soon] of [
          [1000, true],
          [1010, true],
          [1011, false],
          [1100, false],
          [1255, false],
          [1256, true],
          [1267, false],
        ] as const) {
          at(second);
          check(k, isTooSoon(k, 100) === soon && looksTooSoon(k, 100) === soon, `second ${second}`);
        }
        at(1000);
        check(k, isTooSoon(k, 500), 'pid 500 is of the same domain');
        check(k, !isTooSoon(k, 104) || !isTooSoon(k, 108), 'others are not');
        yield* k.reltoken(token);
      }),
    );
  });
});
