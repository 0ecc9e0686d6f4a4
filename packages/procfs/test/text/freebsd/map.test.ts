import { kern, textImage } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { FREEBSD_TEXTS } from '../../../src/text/freebsd/texts.ts';
import { renders, until } from '../fixtures/text-program.ts';

const SPIN = textImage('nop\nmain: beq r0, r0, main\n.data\n.space 300');
const EXPECTED = new RegExp(
  [
    '^0x40 0x48 1 0 (0x[0-9a-f]+) r-x 1 0 0x0 COW NC vnode',
    '0x48 0x200 2 2 (0x[0-9a-f]+) rw- 1 1 0x0 COW NNC default',
    '0x700 0x800 1 1 \\2 rw- 1 1 0x0 COW NNC default\\n$',
  ].join('\\n'),
);

describe('/proc/N/map of FreeBSD', () => {
  it(
    'shows text, data and stack with their objects',
    renders(
      'the map of a text program',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          const pid = yield* u.fork('child');
          const map = yield* until(
            u,
            () => render(u, PFS.map, pid),
            (text) => String(text).includes('r-x'),
          );
          u.assert(EXPECTED.test(String(map)), String(map));
          yield* u.kill(pid, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.execve('/bin/spin');
        },
      },
      { limits: { pageWords: 64, vmPages: 8 }, others: { '/bin/spin': SPIN } },
    ),
  );
});
