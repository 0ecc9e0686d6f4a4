import type { Steps } from '@smplab/lwkt';
import { kern, textImage } from '@smplab/proc';
import type { VfsUser } from '@smplab/vfs';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same, until } from '../fixtures/text-program.ts';

/** Two instructions (0x40 to 0x50), then 300 bytes of data: pages 0 and 1, and 7 with the stack. */
const SPIN = textImage('nop\nmain: beq r0, r0, main\n.data\n.space 300');
const LIMITS = { pageWords: 64, vmPages: 8 };

function* child(u: VfsUser): Steps {
  yield* u.execve('/bin/spin');
}

describe('/proc/N/map and maps of NetBSD', () => {
  it(
    'show text, data and stack of a program',
    renders(
      'the map of a text program',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const pid = yield* u.fork('child');
          const map = yield* until(
            u,
            () => render(u, PFS.map, pid),
            (text) => String(text).includes('r-x'),
          );
          const text = '0x40 0x48 r-x rwx COW NC 1 0 0\n';
          const data = '0x48 0x200 rw- rwx COW NNC 1 0 0\n';
          const stack = '0x700 0x800 rw- rwx COW NNC 1 0 0\n';
          same(u, map, text + data + stack, 'map');
          const file = yield* u.stat('/bin/spin');
          u.assert(file !== null, 'stat of the program');
          const fsid = file?.st_dev ?? 0;
          const dev = `${hex(fsid >> 8)}:${hex(fsid & 0xff)}`;
          const expected =
            `00000040-00000048 r-xp 00000000 ${dev} ${file?.st_ino}     /bin/spin\n` +
            '00000048-00000200 rw-p 00000000 00:00 0     \n00000700-00000800 rw-p 00000000 00:00 0     \n';
          same(u, yield* render(u, PFS.maps, pid), expected, 'maps');
          yield* u.kill(pid, kern.SIGKILL);
          yield* u.wait();
        },
        child,
      },
      { limits: LIMITS, others: { '/bin/spin': SPIN } },
    ),
  );

  it(
    'show runs of pages of a program that is code of the machine, and nothing before it has any',
    renders(
      'the map of a program',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          same(u, yield* render(u, PFS.map, 2), '', 'no page yet');
          for (const address of [0, 256, 1024]) yield* u.store(address, 1);
          const map = '0x40 0x200 rw- rwx COW NNC 1 0 0\n0x400 0x500 rw- rwx COW NNC 1 0 0\n';
          same(u, yield* render(u, PFS.map, 2), map, 'pages 0, 1 and 4');
          same(u, yield* render(u, PFS.map, 0), '', 'the kernel has none');
        },
      },
      { limits: LIMITS },
    ),
  );
});

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
