import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

/** 2^20 words in pages of 256 words: 4096 pages of 1 kB. */
const LIMITS = { memoryWords: 1 << 20, pageWords: 256 };
const TOTAL = 4096;

describe('/proc/meminfo of NetBSD', () => {
  it(
    'has the old table in bytes and lines in kilobytes, with what is free as buffers',
    renders(
      'memory',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          // A page of its own.
          yield* u.store(0, 1);
          const text = String(yield* render(u, PFS.meminfo));
          const free = Number(/MemFree: +(\d+) kB/.exec(text)?.[1]);
          u.assert(free > 0 && free < TOTAL, text);
          // With the table of pages, and what rounding costs.
          const cached = Number(/Cached: +(\d+) kB/.exec(text)?.[1]);
          u.assert(cached >= 1 && cached < 5, text);
          const cell = (value: number): string => String(value).padStart(8);
          const bytes = [TOTAL, TOTAL - free, free, 0, 0, cached]
            .map((pages) => cell(pages * 1024))
            .join(' ');
          const expected =
            '        total:    used:    free:  shared: buffers: cached:\n' +
            `Mem:  ${bytes}\nSwap:        0        0        0\n` +
            `MemTotal:      4096 kB\nMemFree:   ${cell(free)} kB\nMemShared:        0 kB\n` +
            `Buffers:   ${cell(free)} kB\nCached:    ${cell(cached)} kB\n` +
            'SwapTotal:        0 kB\nSwapFree:         0 kB\n';
          same(u, text, expected, 'meminfo');
        },
      },
      { limits: LIMITS },
    ),
  );
});
