import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Trace, TraceEvent } from '../../src/event.ts';
import { separatedTimes } from '../../src/separated-times.ts';
import { commOf } from '../../src/thread-table.ts';
import { toTraceDat } from '../../src/trace-dat/trace-dat.ts';
import { arbitraryTrace } from '../fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from '../fixtures/two-cpus.ts';
import { readDat } from './dat-reader.ts';

const STATES = new Map([
  ['R', 0],
  ['S', 1],
  ['D', 2],
  ['T', 4],
  ['X', 16],
  ['R+', 256],
]);

/** Many switches between two threads, the last after a long time. */
function long(events: number, gapNs: number): Trace {
  const made: TraceEvent[] = [];
  for (let at = 0; at < events; at++) {
    const [prev, next] = at % 2 === 0 ? [11, 20] : [20, 11];
    made.push({ kind: 'switch', timeNs: at * gapNs, cpu: 1, prev, prevState: 'R+', next });
  }
  return { ...TWO_CPUS, events: made };
}

describe('trace.dat', () => {
  it('has names that fit, switches and wakings in the pages of their CPUs', () => {
    const { events, names, pages } = readDat(toTraceDat(TWO_CPUS));
    assert.deepEqual(
      [...names],
      [
        [11, 'server_main_loo'],
        [12, 'worker'],
        [20, 'hog'],
      ],
    );
    assert.equal(pages, 2);
    const told = events.map(({ cpu, timeNs, name, fields: f }) => {
      if (name === 'sched_switch') return [cpu, timeNs, f['prev_comm'], f['prev_state'], f['next_comm']];
      if (name === 'sched_waking') return [cpu, timeNs, f['common_pid'], f['comm'], f['target_cpu']];
      return [cpu, timeNs, f['common_pid'], f['buf']];
    });
    assert.deepEqual(told, [
      [0, 0, 'swapper/0', 0, 'server_main_loo'],
      [0, 1, 11, 'C|0|waiting|0'],
      [1, 1, 'swapper/1', 0, 'hog'],
      [0, 1_000, 11, 'S|10|tokens: proc_token|11'],
      [0, 2_000, 11, 'worker', 1],
      [0, 2_000, 11, 'C|0|waiting|1'],
      [0, 2_001, 11, 'I|10|IPI to CPU 1: resched'],
      [1, 3_500, 'hog', 256, 'worker'],
      [0, 4_000, 11, 'F|10|tokens: proc_token|11'],
      [1, 4_200, 12, 'I|10|request taken'],
      [0, 6_000, 'server_main_loo', 1, 'swapper/0'],
      [1, 8_000, 'worker', 1, 'hog'],
      [0, 9_000, 0, 'server_main_loo', 0],
      [0, 9_000, 'swapper/0', 0, 'server_main_loo'],
      [0, 10_000, 'server_main_loo', 16, 'swapper/0'],
      [0, 10_000, 0, 'C|0|load|0.5'],
    ]);
  });

  it('says of any trace who ran where and when, and who woke whom', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const times = separatedTimes(trace.events);
        const { events } = readDat(toTraceDat(trace));
        assert.equal(events.length, trace.events.length);
        assert.deepEqual(
          events.flatMap(({ cpu, timeNs, name, fields: f }) => {
            if (name === 'sched_switch')
              return [[timeNs, cpu, f['prev_pid'], f['prev_state'], f['next_pid']]];
            return name === 'sched_waking' ? [[timeNs, cpu, f['common_pid'], f['pid'], f['target_cpu']]] : [];
          }),
          trace.events.flatMap((event, at) => {
            if (event.kind === 'switch')
              return [[times[at], event.cpu, event.prev, STATES.get(event.prevState), event.next]];
            if (event.kind !== 'waking') return [];
            return [[times[at], event.cpu, event.waker, event.tid, event.targetCpu]];
          }),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('goes on over many pages, and over times that the head of an event cannot tell', () => {
    for (const gapNs of [1, 2 ** 27 - 1, 2 ** 27, 90_000_000_000]) {
      const { events, pages } = readDat(toTraceDat(long(1_000, gapNs)));
      assert.ok(pages > 15, `${pages} pages`);
      assert.deepEqual(
        events.map(({ timeNs }) => timeNs),
        Array.from({ length: 1_000 }, (_, at) => at * gapNs),
      );
    }
  });

  it('takes texts longer than the head of an event can tell, and cuts those longer than a page', () => {
    const name = (length: number): TraceEvent => {
      return { kind: 'instant', timeNs: 0, cpu: 0, tid: 11, name: 'x'.repeat(length) };
    };
    const trace = { ...TWO_CPUS, events: [name(10), name(500), name(9_000), name(10)] };
    const lengths = readDat(toTraceDat(trace)).events.map(({ fields }) => String(fields['buf']).length);
    const head = 'I|10|'.length;
    assert.deepEqual([lengths[0], lengths[1], lengths[3]], [head + 10, head + 500, head + 10]);
    assert.ok(lengths[2] > 4_000 && lengths[2] < 4_096);
  });

  it('may have CPUs without events', () => {
    const { events } = readDat(toTraceDat({ ...TWO_CPUS, cpus: 4, events: [] }));
    assert.deepEqual(events, []);
  });
});

const isThere = spawnSync('trace-cmd', ['--version']).error === undefined;

describe(`trace.dat and trace-cmd${isThere ? '' : ' (skipped: apt-get install trace-cmd)'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'smplab-trace-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  before(function () {
    if (!isThere) this.skip();
  });

  /** What `trace-cmd report` prints, without its head. */
  function report(trace: Trace, ...options: string[]): string[] {
    const path = join(folder, 'trace.dat');
    writeFileSync(path, toTraceDat(trace));
    const printed = execFileSync('trace-cmd', ['report', '-t', ...options, '-i', path], { encoding: 'utf8' });
    const [head, ...lines] = printed.trimEnd().split('\n');
    assert.equal(head, `cpus=${trace.cpus}`);
    return lines.map((line) => line.trim().replace(/\s+/g, ' '));
  }

  it('agree on names, states, times and who woke whom', () => {
    const lines = report(TWO_CPUS).filter((line) => line.includes('sched_'));
    assert.deepEqual(
      lines.map((line) => line.replaceAll('server_main_loo', 'server')),
      [
        '<idle>-0 [000] 0.000000000: sched_switch: swapper/0:0 [120] R ==> server:11 [110]',
        '<idle>-0 [001] 0.000000001: sched_switch: swapper/1:0 [120] R ==> hog:20 [120]',
        'server-11 [000] 0.000002000: sched_waking: comm=worker pid=12 prio=120 target_cpu=001',
        'hog-20 [001] 0.000003500: sched_switch: hog:20 [120] R ==> worker:12 [120]',
        'server-11 [000] 0.000006000: sched_switch: server:11 [110] S ==> swapper/0:0 [120]',
        'worker-12 [001] 0.000008000: sched_switch: worker:12 [120] S ==> hog:20 [120]',
        '<idle>-0 [000] 0.000009000: sched_waking: comm=server pid=11 prio=110 target_cpu=000',
        '<idle>-0 [000] 0.000009000: sched_switch: swapper/0:0 [120] R ==> server:11 [110]',
        // Its plugin has the letters of older kernels; without plugins (-N) this is an X.
        'server-11 [000] 0.000010000: sched_switch: server:11 [110] Z ==> swapper/0:0 [120]',
      ],
    );
  });

  it('agree without plugins on the lines that Perfetto can read too', () => {
    const lines = report(TWO_CPUS, '-N');
    const keys =
      'prev_comm=hog prev_pid=20 prev_prio=120 prev_state=R+ ==> next_comm=worker next_pid=12 next_prio=120';
    assert.ok(lines.includes(`hog-20 [001] 0.000003500: sched_switch: ${keys}`), lines.join('\n'));
    assert.ok(lines.some((line) => /prev_comm=server_main_loo .* prev_state=X ==> /.test(line)));
    assert.ok(lines.includes('server_main_loo-11 [000] 0.000001000: print: 0x0: S|10|tokens: proc_token|11'));
  });

  it('agree on the number, order and times of thousands of events in many pages', () => {
    const lines = report(long(5_000, 2 ** 27 + 1));
    assert.equal(lines.length, 5_000);
    const last = 4_999 * (2 ** 27 + 1);
    assert.ok(
      lines[4_999].includes(` ${Math.floor(last / 1e9)}.${String(last % 1e9).padStart(9, '0')}: `),
      lines[4_999],
    );
    assert.match(lines[4_999], /hog:20 \[120\] R ==> server_main_loo:11/);
  });

  it('agree on traces of all kinds', () => {
    for (const trace of fc.sample(arbitraryTrace, { numRuns: 5, seed: 1 })) {
      const comms = new Map(trace.threads.map(({ tid, name }) => [tid, commOf(name)]));
      const nameOf = (tid: number, cpu: number): string => comms.get(tid) ?? `swapper/${cpu}`;
      assert.deepEqual(
        report(trace, '-N')
          .map((line) => {
            const found = /\[(\d+)\].* prev_comm=(\S+) prev_pid=(\d+) .* next_comm=(\S+) next_pid=(\d+)/.exec(
              line,
            );
            return found?.slice(1).join(' ');
          })
          .filter((line) => line !== undefined),
        trace.events.flatMap((e) => {
          if (e.kind !== 'switch') return [];
          const cpu = String(e.cpu).padStart(3, '0');
          return [`${cpu} ${nameOf(e.prev, e.cpu)} ${e.prev} ${nameOf(e.next, e.cpu)} ${e.next}`];
        }),
      );
    }
  });
});
