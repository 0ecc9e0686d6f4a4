import { describe, it } from 'mocha';
import type { Context } from '@smplab/lwkt';
import { ttyType } from '../../src/tty/interrupt.ts';
import { readNow, consoleOf, start, ttyProgram, verdictOf } from './tty-program.ts';
import { uioBytes, uioFree, uioMake } from '../../src/file/uio.ts';
import { ttread } from '../../src/tty/read-write.ts';

const EWOULDBLOCK = 35;

describe("the terminals' interrupt thread", () => {
  it('brings every line that the host types to a reader, in order, wherever both run', () => {
    for (const cpu of [0, 1]) {
      const program = ttyProgram(
        `typed on cpu${cpu}`,
        {
          cpus: 2,
          threads: {
            *host(k: Context, tp: number) {
              for (const text of ['on', 'e\n', 'two\nthr', 'ee\n']) yield* ttyType(k, tp, text);
            },
          },
        },
        function* (k: Context) {
          const tp = consoleOf(k);
          yield* start(k, 'host', cpu, tp);
          for (const wanted of ['one\n', 'two\n', 'three\n']) {
            const uio = yield* uioMake(k, 20);
            yield* ttread(k, tp, 0, uio, 0);
            const got = new TextDecoder().decode(uioBytes(k, uio));
            yield* uioFree(k, uio);
            if (got !== wanted) k.misuse('assertion', `read ${JSON.stringify(got)}`);
          }
          if ((yield* readNow(k, tp, 1)) !== EWOULDBLOCK) k.misuse('assertion', 'there is more');
        },
      );
      verdictOf(program, 'none', { strategy: 'random', schedules: 150 });
      verdictOf(program, 'none', { strategy: 'pct', schedules: 100 });
    }
  });
});
