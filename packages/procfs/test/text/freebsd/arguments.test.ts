import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { FREEBSD_TEXTS } from '../../../src/text/freebsd/texts.ts';
import { renders, same, until } from '../fixtures/text-program.ts';

/** Longer than 256 bytes with its NULs: two of them fit behind the name, a third does not. */
const LONG = ['a'.repeat(100), 'b'.repeat(100), 'c'.repeat(100)];
/** kern.proc.args. */
const ARGS = [1, 14, 7];

describe('/proc/N/cmdline and etype of FreeBSD', () => {
  it(
    'give short arguments, or the title, of anybody',
    renders(
      'short arguments',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          same(u, yield* render(u, PFS.cmdline, 2), '/bin/test\0-x\0', 'arguments');
          const child = yield* u.fork('child');
          same(u, yield* render(u, PFS.cmdline, child), '/bin/test\0-x\0', 'arguments of the child');
          yield* u.__sysctl([...ARGS, 2], 0, new TextEncoder().encode('busy\0'));
          same(u, yield* render(u, PFS.cmdline, 2), 'busy\0', 'the title');
          same(u, yield* render(u, PFS.etype, 2), 'FreeBSD ELF\n', 'etype');
          same(u, yield* render(u, PFS.etype, 0), 'Not Available\n', 'etype of the kernel');
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.pause();
        },
      },
      { argv: ['-x'] },
    ),
  );

  it(
    "give as many of long arguments of one's own as fit, and of others the name",
    renders(
      'long arguments',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          const own = `/bin/test\0${LONG[0]}\0${LONG[1]}\0`;
          same(u, yield* render(u, PFS.cmdline, 2), own, 'of its own');
          const child = yield* u.fork('child');
          same(u, yield* render(u, PFS.cmdline, child), `test${'\0'.repeat(12)}`, 'of the child');
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.pause();
        },
      },
      { argv: LONG },
    ),
  );

  it(
    'tell of a zombie what is left of it',
    renders('a zombie', FREEBSD_TEXTS, {
      *main(u, render) {
        const pid = yield* u.fork('child');
        yield* until(
          u,
          () => render(u, PFS.etype, pid),
          (text) => text === 'Not Available\n',
        );
        same(u, yield* render(u, PFS.cmdline, pid), `test${'\0'.repeat(12)}`, 'cmdline');
        same(u, yield* render(u, PFS.map, pid), '', 'map');
        const status = String(yield* render(u, PFS.status, pid));
        u.assert(/^test 3 2 2 2 12,255 ctty 0,0 0,0 0,0 \w+ 0 0 0,0 -\n$/.test(status), status);
        const limits = String(yield* render(u, PFS.rlimit, pid));
        u.assert(limits.startsWith('cpu -1 -1\nfsize -1 -1\n'), limits);
        yield* u.wait();
      },
      *child() {
        // It exits at once.
      },
    }),
  );
});
