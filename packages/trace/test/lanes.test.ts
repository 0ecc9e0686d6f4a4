import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Trace } from '../src/event.ts';
import { toLanes } from '../src/lanes.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

const page = (...lines: string[]): string => lines.join('\n');

describe('lanes', () => {
  it('show who ran on each CPU, and where threads were woken', () => {
    assert.equal(
      toLanes(TWO_CPUS, { width: 48 }),
      page(
        '      0 ns                                 10 us',
        'CPU 0 │aaaaaaaaaaaaaaaaaaaaaaaa············aaaa│',
        '                                           ▲',
        'CPU 1 │ccccccccccccccbbbbbbbbbbbbbbbbbbcccccccc│',
        '               ▲',
        '',
        'a server main loop  b worker  c hog  · idle',
        '▲ woken for this CPU  a column is 250 ns',
      ),
    );
  });

  it('show the states of threads on request, in ASCII on request', () => {
    assert.equal(
      toLanes(TWO_CPUS, { width: 61, unicode: false, threads: true }),
      page(
        '                   0 ns                                 10 us',
        'CPU 0              |aaaaaaaaaaaaaaaaaaaaaaaa............aaaa|',
        '                                                        ^',
        'CPU 1              |ccccccccccccccbbbbbbbbbbbbbbbbbbcccccccc|',
        '                            ^',
        '',
        'a server main loop |########################............####|',
        'b worker           |        ------##################........|',
        'c hog              |##############------------------########|',
        '',
        'a server main loop  b worker  c hog  . idle',
        '^ woken for this CPU  a column is 250 ns',
        '# running  - runnable  . sleeping',
      ),
    );
  });

  it('show a part of the time', () => {
    const [scale, first] = toLanes(TWO_CPUS, { width: 20, fromNs: 5_000, untilNs: 7_000 }).split('\n');
    assert.deepEqual([scale, first], ['      5 us      7 us', 'CPU 0 │aaaaaa······│']);
  });

  it('show in a column who ran for most of it', () => {
    // Columns of 1000 ns: in the first b runs longest, though a ran first and c last.
    const run = (timeNs: number, prev: number, next: number): Trace['events'][number] => {
      return { kind: 'switch', timeNs, cpu: 0, prev, prevState: 'R', next };
    };
    const runs = [run(0, 0, 11), run(200, 11, 12), run(800, 12, 20), run(2_000, 20, 0), run(10_000, 0, 11)];
    const view = toLanes({ ...TWO_CPUS, cpus: 1, events: runs }, { width: 18 });
    assert.match(view, /^CPU 0 │bc·{8}│$/m);
  });

  it('show an empty trace, and threads for which no letter is left', () => {
    assert.match(toLanes({ ...TWO_CPUS, threads: [], events: [] }, { width: 30 }), /^CPU 1 │·+│$/m);
    const threads = Array.from({ length: 70 }, (_, at) => ({ tid: at + 1, pid: at + 1, name: `t${at}` }));
    const events: Trace['events'] = [
      { kind: 'switch', timeNs: 0, cpu: 0, prev: 0, prevState: 'R', next: 62 },
      { kind: 'switch', timeNs: 50, cpu: 0, prev: 62, prevState: 'R', next: 63 },
      { kind: 'counter', timeNs: 100, track: 'end', value: 0 },
    ];
    const view = toLanes({ name: 'x', cpus: 1, threads, events }, { width: 18 });
    assert.match(view, /^CPU 0 │9{5}\*{5}│\n\n9 t61 {2}\* others/m);
  });

  it('are as wide as was asked, whatever the trace is', () => {
    fc.assert(
      fc.property(
        arbitraryTrace,
        fc.integer({ min: 40, max: 150 }),
        fc.boolean(),
        (trace, width, threads) => {
          const lanes = toLanes(trace, { width, threads }).split('\n');
          for (const lane of lanes.filter((line) => line.includes('│'))) assert.equal(lane.length, width);
          assert.ok(lanes.every((line) => line.length <= width));
        },
      ),
      { numRuns: 30 },
    );
  });
});
