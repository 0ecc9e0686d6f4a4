import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TraceEvent } from '../src/event.ts';
import { separatedTimes } from '../src/separated-times.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';

const onCpu = (cpu: number, timeNs: number): TraceEvent => {
  return { kind: 'switch', timeNs, cpu, prev: 0, prevState: 'R', next: 1 };
};

describe('times of events in streams of CPUs', () => {
  it('are those of the trace where no two CPUs have events at once', () => {
    const events = [onCpu(0, 5), onCpu(0, 5), onCpu(1, 6), onCpu(0, 7)];
    assert.deepEqual([...separatedTimes(events)], [5, 5, 6, 7]);
  });

  it('are a nanosecond apart where several CPUs have events at once, and true again after that', () => {
    const events = [onCpu(0, 5), onCpu(1, 5), onCpu(1, 5), onCpu(0, 5), onCpu(1, 6), onCpu(0, 90)];
    assert.deepEqual([...separatedTimes(events)], [5, 6, 6, 7, 8, 90]);
  });

  it('do not move for counters, which belong to no CPU', () => {
    const counter: TraceEvent = { kind: 'counter', timeNs: 5, track: 'load', value: 1 };
    assert.deepEqual([...separatedTimes([counter, onCpu(1, 5), counter, onCpu(1, 5)])], [5, 5, 5, 5]);
  });

  it('put the events of any trace in one order only', () => {
    fc.assert(
      fc.property(arbitraryTrace, ({ events }) => {
        const times = separatedTimes(events);
        for (let at = 1; at < events.length; at++) assert.ok(times[at] >= times[at - 1]);
        const shared = new Map<number, Set<number>>();
        for (const [at, event] of events.entries()) {
          if (event.kind !== 'switch' && event.kind !== 'waking') continue;
          const cpus = shared.get(times[at]) ?? new Set();
          shared.set(times[at], cpus.add(event.cpu));
        }
        for (const cpus of shared.values()) assert.equal(cpus.size, 1);
      }),
      { numRuns: 50 },
    );
  });
});
