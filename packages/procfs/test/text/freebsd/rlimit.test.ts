import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { FREEBSD_TEXTS } from '../../../src/text/freebsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

const EXPECTED =
  'cpu -1 -1\nfsize -1 -1\ndata 65536 131072\nstack -1 -1\ncore 0 -1\nrss -1 -1\nmemlock -1 -1\n' +
  'nproc 20 20\nnofile 5 8\nsbsize -1 -1\n';

describe('/proc/N/rlimit of FreeBSD', () => {
  it(
    'has name, current and maximum of ten resources',
    renders('limits', FREEBSD_TEXTS, {
      *main(u, render) {
        yield* u.setrlimit(kern.RLIMIT_DATA, { cur: 65_536, max: 131_072 });
        yield* u.setrlimit(kern.RLIMIT_CORE, { cur: 0, max: -1 });
        yield* u.setrlimit(kern.RLIMIT_NOFILE, { cur: 5, max: 8 });
        same(u, yield* render(u, PFS.rlimit, 2), EXPECTED, 'rlimit');
      },
    }),
  );
});
