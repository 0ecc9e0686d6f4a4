import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders } from '../fixtures/text-program.ts';

/** The value of a line. */
function amount(text: unknown, name: string): number {
  return Number(new RegExp(`^${name}:? +(\\d+)( kB)?$`, 'm').exec(String(text))?.[1] ?? NaN);
}

describe('/proc/meminfo of Linux', () => {
  it(
    'is what kmalloc has to give, in kilobytes; a page more of a process is a page less free',
    renders(
      'meminfo',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.store(0, 1);
          const before = yield* render(u, PFS.meminfo, 0);
          u.assert(amount(before, 'MemTotal') === 65536, String(before));
          u.assert(amount(before, 'MemAvailable') === amount(before, 'MemFree'), 'available');
          const lines = String(before).trimEnd().split('\n');
          u.assert(
            lines.every((line) => /^[\w()]+: +\d+ kB$/.test(line)),
            String(before),
          );
          yield* u.store(4096 * 5, 1);
          const after = yield* render(u, PFS.meminfo, 0);
          // A block of kmalloc is somewhat larger than the page in it.
          const more = amount(after, 'AnonPages') - amount(before, 'AnonPages');
          u.assert(more >= 4 && more <= 8, `${more} kB`);
          u.assert(amount(before, 'MemFree') - amount(after, 'MemFree') >= 4, String(after));
          const sum = ['MemFree', 'AnonPages', 'Slab'].reduce((all, name) => all + amount(after, name), 0);
          u.assert(sum === 65536, `all of it is somewhere: ${sum}`);
          const vmstat = yield* render(u, PFS.vmstat, 0);
          u.assert(amount(vmstat, 'nr_anon_pages') * 4 === amount(after, 'AnonPages'), String(vmstat));
          u.assert(amount(vmstat, 'pswpin') === 0, String(vmstat));
        },
      },
      { limits: { pageWords: 1024, memoryWords: 1 << 24 }, search: { schedules: 2 } },
    ),
  );
});
