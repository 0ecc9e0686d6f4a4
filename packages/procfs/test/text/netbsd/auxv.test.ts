import type { Steps } from '@smplab/lwkt';
import { kern, textImage } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, type Render, same, until } from '../fixtures/text-program.ts';

const SPIN = textImage('data0: nop\nmain: beq r0, r0, main\n.data\nword: .word 7');
const PAGES = { pageWords: 64, vmPages: 8 };

/** The vector as numbers. */
function* vector(u: VfsUser, render: Render, pid: number): Steps<number[]> {
  const bytes = yield* render(u, PFS.auxv, pid);
  // EBUSY while it execs.
  if (typeof bytes === 'number') return [];
  const raw = Uint8Array.from(bytes, (each) => each.charCodeAt(0));
  return [...new Int32Array(raw.buffer)];
}

describe('/proc/N/auxv of NetBSD', () => {
  it(
    'tells page size, entry, end of the stack and ids, and ends with a pair of zeroes',
    renders(
      'a vector',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.setresgid(20, 21, 22);
          yield* u.setresuid(11, 12, 13);
          const own = (yield* vector(u, render, 2)).join(' ');
          same(u, own, '6 256 9 0 13 2048 2000 12 2001 11 2002 21 2003 20 0 0', 'of the reader');
          same(u, yield* render(u, PFS.auxv, 1), '', 'of init');
          const child = yield* u.fork('child');
          const wanted = `9 ${SPIN.entry} `;
          yield* until(
            u,
            function* () {
              return (yield* vector(u, render, child)).join(' ');
            },
            (text) => String(text).includes(wanted),
          );
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.execve('/bin/spin');
        },
      },
      { limits: PAGES, others: { '/bin/spin': SPIN } },
    ),
  );
});
