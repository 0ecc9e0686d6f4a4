import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

describe('texts of Linux about a process', () => {
  it(
    'are empty for what runs no program, and bytes with NULs for what does',
    renders(
      'arguments',
      LINUX_TEXTS,
      {
        *main(u, render) {
          same(u, yield* render(u, PFS.cmdline, 2), '/bin/test\0-x\0', 'cmdline');
          same(u, yield* render(u, PFS.environ, 2), 'HOME=/\0', 'environ');
          same(u, yield* render(u, PFS.cmdline, 0), '', 'cmdline of the kernel');
          same(u, yield* render(u, PFS.environ, 0), '', 'environ of the kernel');
          same(u, yield* render(u, PFS.comm, 2), 'test\n', 'comm');
          same(u, yield* render(u, PFS.wchan, 2), '0', 'wchan of who runs');
          same(u, yield* render(u, PFS.oom_score, 2), '0\n', 'oom_score');
          u.assert(String(yield* render(u, PFS.io, 2)).startsWith('rchar: 0\nwchar: 0\n'), 'io');
          yield* u.store(0, 1);
          same(u, yield* render(u, PFS.statm, 2), '1 1 0 0 0 1 0\n', 'statm');
        },
      },
      { argv: ['-x'], env: ['HOME=/'], search: { schedules: 2 } },
    ),
  );

  it(
    'have the vector of who started it: page, ticks, ids',
    renders(
      'auxv',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.setresgid(20, 21, 22);
          yield* u.setresuid(11, 12, 13);
          const text = String(yield* render(u, PFS.auxv, 2));
          const bytes = Uint8Array.from(text, (each) => each.charCodeAt(0));
          const pairs = [...new Int32Array(bytes.buffer)].join(' ');
          same(u, pairs, '6 64 17 100 11 11 12 12 13 20 14 21 23 1 0 0', 'pairs');
          same(u, yield* render(u, PFS.auxv, 0), '', 'of the kernel');
        },
      },
      { search: { schedules: 2 } },
    ),
  );
});
