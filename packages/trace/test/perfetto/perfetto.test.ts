import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SwitchEvent, Trace, TraceEvent } from '../../src/event.ts';
import { toPerfetto } from '../../src/perfetto/perfetto.ts';
import { separatedTimes } from '../../src/separated-times.ts';
import { arbitraryTrace } from '../fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from '../fixtures/two-cpus.ts';
import { decodePerfetto, ftraceEvents, type PacketMessage } from './trace-subset.ts';

type Kind<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>;

/** The events of one kind with the times they have in files. */
function ofKind<K extends TraceEvent['kind']>(trace: Trace, kind: K): (Kind<K> & { at: number })[] {
  const times = separatedTimes(trace.events);
  return trace.events.flatMap((event, at) =>
    event.kind === kind ? [{ ...(event as Kind<K>), at: times[at] }] : [],
  );
}

const STATES = new Map<SwitchEvent['prevState'], number>([
  ['R', 0],
  ['S', 1],
  ['D', 2],
  ['T', 4],
  ['X', 16],
  ['R+', 256],
]);

/** What the importer asks of switches: each goes from whom the last one went to. */
function mismatches(packets: readonly PacketMessage[]): number {
  const running = new Map<number, number>();
  let count = 0;
  for (const { cpu, sched_switch: each } of ftraceEvents(packets)) {
    if (each === undefined) continue;
    const before = running.get(cpu);
    if (before !== undefined && before !== each.prev_pid) count++;
    running.set(cpu, each.next_pid);
  }
  return count;
}

describe('the file for Perfetto', () => {
  const packets = decodePerfetto(toPerfetto(TWO_CPUS));
  const events = ftraceEvents(packets);

  it('names the processes and threads, and a release by which preempted threads are known', () => {
    const [first, second] = packets;
    assert.match(first?.system_info?.utsname.release ?? '', /^6\.8\.0/);
    assert.equal(first?.system_info?.num_cpus, 2);
    assert.deepEqual(
      second?.process_tree?.processes.map(({ pid, cmdline }) => [pid, ...cmdline]),
      [
        [10, 'httpd'],
        [20, 'hog'],
      ],
    );
    assert.deepEqual(second.process_tree.threads, [
      { tid: 11, name: 'server main loop', tgid: 10 },
      { tid: 12, name: 'worker', tgid: 10 },
      { tid: 20, name: 'hog', tgid: 20 },
    ]);
  });

  it('has every switch in the bundle of its CPU, with the state of who stops', () => {
    const switches = events.flatMap(({ cpu, timestamp, pid, sched_switch: s }) =>
      s ? [[timestamp, cpu, pid, s.prev_comm, s.prev_prio, s.prev_state, s.next_comm, s.next_prio]] : [],
    );
    assert.deepEqual(switches, [
      [0, 0, 0, 'swapper/0', 120, 0, 'server main loop', 110],
      [1, 1, 0, 'swapper/1', 120, 0, 'hog', 120],
      [3_500, 1, 20, 'hog', 120, 0x100, 'worker', 120],
      [6_000, 0, 11, 'server main loop', 110, 1, 'swapper/0', 120],
      [8_000, 1, 12, 'worker', 120, 1, 'hog', 120],
      [9_000, 0, 0, 'swapper/0', 120, 0, 'server main loop', 110],
      [10_000, 0, 11, 'server main loop', 110, 0x10, 'swapper/0', 120],
    ]);
    assert.equal(mismatches(packets), 0);
  });

  it('has the waker run where the waking is; that of a clock is an interrupt', () => {
    const wakings = events.filter(({ sched_waking: waking }) => waking !== undefined);
    assert.deepEqual(
      wakings.map((each) => [each.timestamp, each.cpu, each.pid, each.common_flags, each.sched_waking]),
      [
        [2_000, 0, 11, undefined, { comm: 'worker', pid: 12, prio: 120, success: 1, target_cpu: 1 }],
        [9_000, 0, 0, 8, { comm: 'server main loop', pid: 11, prio: 110, success: 1, target_cpu: 0 }],
      ],
    );
  });

  it('raises an IPI where it is sent and takes it where it goes to', () => {
    const ipis = events.filter((each) => each.ipi_raise ?? each.ipi_entry ?? each.ipi_exit);
    assert.deepEqual(
      ipis.map(({ timestamp, cpu, pid, ...each }) => [timestamp, cpu, pid, each]),
      [
        [2_001, 0, 11, { ipi_raise: { target_cpus: 2, reason: 'resched' } }],
        [2_001, 1, 20, { ipi_entry: { reason: 'resched' } }],
        [2_001, 1, 20, { ipi_exit: { reason: 'resched' } }],
      ],
    );
  });

  it('draws slices and instants on tracks of their threads, and counters', () => {
    const tracks = new Map(packets.flatMap(({ track_descriptor: t }) => (t ? [[t.uuid, t]] : [])));
    const told = packets.flatMap(({ timestamp, track_event: event }) => {
      if (event === undefined) return [];
      const track = tracks.get(event.track_uuid);
      const parent = tracks.get(track?.parent_uuid ?? 0);
      const where = track?.name ?? track?.thread?.thread_name;
      return [[timestamp, event.type, parent?.thread?.tid, where, event.name ?? valueOf(event)]];
    });
    assert.deepEqual(told, [
      [1, 4, undefined, 'waiting', 0],
      [1_000, 1, 11, 'tokens', 'proc_token'],
      [2_000, 4, undefined, 'waiting', 1],
      [4_000, 2, 11, 'tokens', undefined],
      [4_200, 3, undefined, 'worker', 'request taken'],
      [10_000, 4, undefined, 'load', 0.5],
    ]);
    const firstOfSequence = packets.find((each) => each.trusted_packet_sequence_id !== undefined);
    assert.equal(firstOfSequence?.sequence_flags, 1);
  });

  it('says of any trace who ran where and when, who woke whom, and every figure', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const decoded = decodePerfetto(toPerfetto(trace));
        const found = ftraceEvents(decoded);
        assert.deepEqual(
          found.flatMap(({ timestamp, cpu, sched_switch: s }) =>
            s ? [[timestamp, cpu, s.prev_pid, s.prev_state, s.next_pid]] : [],
          ),
          ofKind(trace, 'switch').map((s) => [s.at, s.cpu, s.prev, STATES.get(s.prevState), s.next]),
        );
        assert.deepEqual(
          found.flatMap(({ timestamp, cpu, pid, sched_waking: w }) =>
            w ? [[timestamp, cpu, pid, w.pid, w.target_cpu]] : [],
          ),
          ofKind(trace, 'waking').map((w) => [w.at, w.cpu, w.waker, w.tid, w.targetCpu]),
        );
        assert.equal(mismatches(decoded), 0);
        assert.deepEqual(
          decoded.flatMap(({ track_event: e }) => (e?.type === 4 ? [e.counter_value] : [])),
          ofKind(trace, 'counter').map(({ value }) => value),
        );
        const slices = decoded.filter(({ track_event: e }) => e !== undefined && e.type < 4);
        const counts = (['begin', 'end', 'instant'] as const).map((kind) => ofKind(trace, kind).length);
        assert.equal(slices.length, counts[0] + counts[1] + counts[2]);
      }),
      { numRuns: 40 },
    );
  });

  it('has no bundle that grows without end', () => {
    const events: TraceEvent[] = [];
    for (let at = 0; at < 3_000; at++) {
      const [prev, next] = at % 2 === 0 ? [0, 11] : [11, 0];
      events.push({ kind: 'switch', timeNs: at * 1_000, cpu: 0, prev, prevState: 'R', next });
    }
    const bundles = decodePerfetto(toPerfetto({ ...TWO_CPUS, events })).flatMap(
      ({ ftrace_events: bundle }) => bundle ?? [],
    );
    assert.ok(bundles.length > 1);
    assert.equal(
      bundles.reduce((sum, { event }) => sum + event.length, 0),
      3_000,
    );
  });
});

function valueOf(event: { counter_value?: number; double_counter_value?: number }): number | undefined {
  return event.counter_value ?? event.double_counter_value;
}
