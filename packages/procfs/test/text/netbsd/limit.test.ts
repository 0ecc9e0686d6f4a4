import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

const NONE = '  0x7fffffffffffffff';

/** A line of NetBSD's own file. */
function line(name: string, soft = NONE, hard = NONE): string {
  return `${name.padStart(20)} ${soft.padStart(20)} ${hard.padStart(20)}\n`;
}

const EXPECTED = [
  '                 cpu   0x7fffffffffffffff   0x7fffffffffffffff\n',
  line('fsize'),
  '                data                65536               131072\n',
  ...['stack', 'core', 'rss', 'memlock'].map((name) => line(name)),
  line('nproc', '20', '20'),
  line('nofile', '5', '8'),
  ...['sbsize', 'as', 'nthr'].map((name) => line(name)),
];

const LINUX = [
  'Limit                     Soft Limit           Hard Limit           Units     \n',
  'Max cpu time              unlimited            unlimited            seconds   \n',
  'Max file size             unlimited            unlimited            bytes     \n',
  'Max data size             65536                131072               bytes     \n',
  'Max stack size            unlimited            unlimited            bytes     \n',
  'Max core file size        unlimited            unlimited            bytes     \n',
  'Max resident set          unlimited            unlimited            bytes     \n',
  'Max processes             20                   20                   processes \n',
  'Max open files            5                    8                    files     \n',
];

describe('/proc/N/limit and limits of NetBSD', () => {
  it(
    'tell current and maximum of each resource',
    renders('limits', NETBSD_TEXTS, {
      *main(u, render) {
        yield* u.setrlimit(kern.RLIMIT_DATA, { cur: 65_536, max: 131_072 });
        yield* u.setrlimit(kern.RLIMIT_NOFILE, { cur: 5, max: 8 });
        same(u, yield* render(u, PFS.limit, 2), EXPECTED.join(''), 'limit');
        const limits = String(yield* render(u, PFS.limits, 2));
        u.assert(limits.startsWith(LINUX.join('')), limits);
        u.assert(limits.split('\n').length === 18, limits);
        const last = 'Max realtime timeout      unlimited            unlimited            us        \n';
        u.assert(limits.endsWith(last), limits);
      },
    }),
  );
});
