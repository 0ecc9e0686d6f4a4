import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

/** kern.proc.args. */
const TITLE = [1, 14, 7];

describe('/proc/N/cmdline and environ of NetBSD', () => {
  it(
    'give what the program was started with, byte for byte, a NUL behind each text',
    renders(
      'texts of exec',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          same(u, yield* render(u, PFS.cmdline, 2), '/bin/test\0-x\0\0\xc3\xa4 b\0', 'arguments');
          same(u, yield* render(u, PFS.environ, 2), 'HOME=/\0LANG=C\0', 'environment');
          const child = yield* u.fork('child');
          same(u, yield* render(u, PFS.environ, child), 'HOME=/\0LANG=C\0', 'environment of the child');
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.pause();
        },
      },
      { argv: ['-x', '', 'ä b'], env: ['HOME=/', 'LANG=C'] },
    ),
  );

  it(
    'give the title a process has set',
    renders('a title', NETBSD_TEXTS, {
      *main(u, render) {
        yield* u.__sysctl([...TITLE, 2], 0, new TextEncoder().encode('test: idle\0'));
        same(u, yield* render(u, PFS.cmdline, 2), 'test: idle\0', 'the title');
        same(u, yield* render(u, PFS.environ, 2), '', 'no environment');
      },
    }),
  );

  it(
    'give the name in parentheses for what has no program',
    renders('names', NETBSD_TEXTS, {
      *main(u, render) {
        same(u, yield* render(u, PFS.cmdline, 0), '(kernel)\0', 'process 0');
        same(u, yield* render(u, PFS.cmdline, 1), '(init)\0', 'process 1');
        same(u, yield* render(u, PFS.environ, 1), '(init)\0', 'its environment');
      },
    }),
  );
});
