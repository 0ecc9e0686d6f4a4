import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTrace } from '../src/check-trace.ts';
import type { SwitchEvent, Trace, TraceEvent } from '../src/event.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

/** What is wrong with events on two CPUs with threads 1 and 2. */
function problems(...events: TraceEvent[]): string[] {
  const threads = [1, 2].map((tid) => ({ tid, pid: tid, name: `t${tid}` }));
  return checkTrace({ name: 'x', cpus: 2, threads, events }).map(({ event, text }) => `${event}: ${text}`);
}

let now = 0;
function go(cpu: number, prev: number, prevState: SwitchEvent['prevState'], next: number): SwitchEvent {
  return { kind: 'switch', timeNs: now++, cpu, prev, prevState, next };
}

describe('the check of a trace', () => {
  beforeEach(() => {
    now = 0;
  });

  it('finds nothing in consistent ones', () => {
    assert.deepEqual(checkTrace(TWO_CPUS), []);
    fc.assert(
      fc.property(arbitraryTrace, (trace) => assert.deepEqual(checkTrace(trace), [])),
      { numRuns: 50 },
    );
  });

  it('finds a switch from who was not running there', () => {
    assert.deepEqual(problems(go(0, 0, 'R', 1), go(0, 2, 'S', 0)), [
      '1: CPU 0 switches from thread 2, but runs 1',
    ]);
    assert.deepEqual(problems(go(0, 0, 'R', 1), go(0, 1, 'S', 0), go(0, 1, 'S', 2)), [
      '2: CPU 0 switches from thread 1, but runs nobody',
    ]);
  });

  it('takes whoever stops first on a CPU for who was running', () => {
    assert.deepEqual(problems(go(0, 1, 'S', 2)), []);
  });

  it('finds a thread that runs twice at a time, or although it sleeps', () => {
    assert.deepEqual(problems(go(0, 0, 'R', 1), go(1, 0, 'R', 1)), [
      '1: thread 1 runs on CPUs 0 and 1 at once',
    ]);
    assert.deepEqual(problems(go(0, 0, 'R', 1), go(0, 1, 'S', 0), go(1, 0, 'R', 1)), [
      '2: thread 1 runs on CPU 1, but nobody has woken it',
    ]);
    assert.deepEqual(problems(go(0, 1, 'S', 1), go(1, 0, 'S', 2)).length, 3);
  });

  it('finds a thread woken while it runs', () => {
    const waking: TraceEvent = { kind: 'waking', timeNs: 9, cpu: 1, tid: 1, waker: 0, targetCpu: 0 };
    assert.deepEqual(problems(go(0, 0, 'R', 1), waking), ['1: thread 1 is woken while it runs on CPU 0']);
  });

  it('finds times that go back, CPUs and threads that are not there', () => {
    const late = { ...go(0, 0, 'R', 3), timeNs: 10 };
    const early: TraceEvent = { kind: 'ipi', timeNs: 9, cpu: 2, targetCpu: -1, name: 'x', tid: 7 };
    assert.deepEqual(problems(late, early), [
      '0: there is no thread 3',
      '1: time goes back from 10 ns to 9 ns',
      '1: there is no CPU 2',
      '1: there is no thread 7',
      '1: there is no CPU -1',
    ]);
  });

  it('finds slices that end without having begun, or out of order', () => {
    const slice = (kind: 'begin' | 'end', name: string): TraceEvent => {
      return { kind, timeNs: 0, cpu: 0, tid: 1, track: 'tokens', name };
    };
    assert.deepEqual(problems(slice('begin', 'a'), slice('begin', 'b'), slice('end', 'a')), [
      '2: slice "a" ends on track "tokens" of thread 1, but "b" is the last begun',
    ]);
    assert.deepEqual(problems(slice('end', 'a')), [
      '0: slice "a" ends on track "tokens" of thread 1, but none has begun',
    ]);
  });

  it('finds threads of one number, and a machine without CPUs', () => {
    const twice: Trace = {
      name: 'x',
      cpus: 0,
      threads: [TWO_CPUS.threads[0], TWO_CPUS.threads[0]],
      events: [],
    };
    assert.deepEqual(
      checkTrace(twice).map(({ event, text }) => [event, text]),
      [
        [-1, '0 CPUs: a whole number from 1 is needed'],
        [-1, 'thread 11 is there twice'],
      ],
    );
  });

  it('ends before it says the same a thousand times', () => {
    const events = Array.from({ length: 1_000 }, () => go(0, 1, 'S', 1));
    assert.ok(problems(...events).length < 30);
  });
});
