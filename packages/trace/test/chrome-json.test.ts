import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toChromeJson } from '../src/chrome-json.ts';
import type { Trace } from '../src/event.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

interface Entry {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly id: number;
  readonly args: Record<string, unknown>;
}

function entriesOf(trace: Trace): Entry[] {
  return (JSON.parse(toChromeJson(trace)) as { traceEvents: Entry[] }).traceEvents;
}

describe('the JSON of Chrome', () => {
  const entries = entriesOf(TWO_CPUS);
  const rows = (ph: string, pid: number): unknown[] =>
    entries.flatMap((e) => (e.ph === ph && e.pid === pid ? [[e.tid, e.name, e.ts, e.dur]] : []));

  it('has a lane for each CPU, with an interval for each run, in microseconds', () => {
    assert.deepEqual(rows('X', 1), [
      [1, 'hog', 0, 3.5],
      [0, 'server main loop', 0, 6],
      [1, 'worker', 3.5, 4.5],
      [1, 'hog', 8, 2],
      [0, 'server main loop', 9, 1],
    ]);
  });

  it('has a lane for each thread, with its states', () => {
    assert.deepEqual(
      rows('X', 2).filter((row) => (row as unknown[])[0] === 12),
      [
        [12, 'runnable', 2, 1.5],
        [12, 'running', 3.5, 4.5],
        [12, 'sleeping', 8, 2],
      ],
    );
  });

  it('names lanes and groups, and gives each track of a thread one', () => {
    const names = entries.flatMap((e) =>
      e.ph === 'M' ? [`${e.pid}/${e.tid} ${String(e.args['name'])}`] : [],
    );
    assert.deepEqual(names, [
      '1/0 CPUs',
      '1/0 CPU 0',
      '1/1 CPU 1',
      '2/0 Threads',
      '2/11 server main loop (11)',
      '2/12 worker (12)',
      '2/20 hog (20)',
      '3/0 Tracks',
      '3/0 server main loop (11): tokens',
    ]);
    assert.deepEqual(
      [...rows('B', 3), ...rows('E', 3)],
      [
        [0, 'proc_token', 1, undefined],
        [0, 'proc_token', 4, undefined],
      ],
    );
  });

  it('draws an arrow from a waker to where the woken one runs; none from a clock', () => {
    const ends = entries.filter(({ ph }) => ph === 's' || ph === 'f');
    assert.deepEqual(
      ends.map(({ ph, tid, ts, id }) => [ph, tid, ts, id]),
      [
        ['s', 0, 2, 1],
        ['f', 1, 3.5, 1],
      ],
    );
  });

  it('ends an arrow where the woken one runs first, and not where it goes on', () => {
    const events: Trace['events'] = [
      { kind: 'waking', timeNs: 0, cpu: 0, tid: 12, waker: 11, targetCpu: 1 },
      { kind: 'switch', timeNs: 1_000, cpu: 1, prev: 0, prevState: 'R', next: 12 },
      { kind: 'switch', timeNs: 2_000, cpu: 1, prev: 12, prevState: 'R+', next: 20 },
      { kind: 'switch', timeNs: 3_000, cpu: 1, prev: 20, prevState: 'S', next: 12 },
    ];
    const ends = entriesOf({ ...TWO_CPUS, events }).filter(({ ph }) => ph === 'f');
    assert.deepEqual(
      ends.map(({ ts }) => ts),
      [1],
    );
  });

  it('has each run of any trace, and never two on a CPU or in a thread at once', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const lanes = new Map<string, number>();
        let running = 0;
        for (const { ph, pid, tid, ts, dur } of entriesOf(trace)) {
          if (ph !== 'X') continue;
          const key = `${pid}/${tid}`;
          assert.ok(ts * 1e3 >= (lanes.get(key) ?? 0) - 0.5, key);
          lanes.set(key, (ts + dur) * 1e3);
          if (pid === 1) running += dur * 1e3;
        }
        assert.ok(Math.abs(running - runningNs(trace)) < 1);
      }),
      { numRuns: 40 },
    );
  });
});

/** Time for which CPUs run somebody, added up another way. */
function runningNs({ cpus, events }: Trace): number {
  const current = new Array<number>(cpus).fill(0);
  let [last, total] = [events[0]?.timeNs ?? 0, 0];
  for (const event of events) {
    total += (event.timeNs - last) * current.filter((tid) => tid !== 0).length;
    last = event.timeNs;
    if (event.kind === 'switch') current[event.cpu] = event.next;
  }
  return total;
}
