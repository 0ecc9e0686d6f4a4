import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Trace } from '../src/event.ts';
import { toFtraceText } from '../src/ftrace-text.ts';
import { commOf } from '../src/thread-table.ts';
import { arbitraryTrace } from './fixtures/arbitrary-trace.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

/** `TASK-PID (TGID) [CPU] FLAGS SECONDS.FRACTION: event: rest` (Perfetto: systrace_line_tokenizer.cc). */
const LINE =
  /^ *(.+)-(\d+) +\( *([\d-]+)\) \[(\d{3})\] ([a-zA-Z.]{3}[0-9a-f.]{1,2}) +(\d+)\.(\d{9}): (\w+): (.+)$/;

/** The lines after the head, taken apart. */
function parsed(
  trace: Trace,
): { at: [number, number, number]; event: string; rest: string; keys: Map<string, string> }[] {
  const [first, ...lines] = toFtraceText(trace).trimEnd().split('\n');
  assert.match(first, /^# tracer/);
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [, , pid, , cpu, , seconds, fraction, event, rest] = LINE.exec(line) ?? assert.fail(line);
      const keys = new Map([...rest.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]));
      return { at: [Number(seconds) * 1e9 + Number(fraction), Number(cpu), Number(pid)], event, rest, keys };
    });
}

describe('the text of ftrace', () => {
  it('has the lines that Linux would have written', () => {
    const lines = toFtraceText(TWO_CPUS).split('\n').slice(5);
    const keys = (prev: string, state: string, next: string): string =>
      `${prev} prev_prio=120 prev_state=${state} ==> ${next} next_prio=120`;
    const hog = keys('prev_comm=hog prev_pid=20', 'R+', 'next_comm=worker next_pid=12');
    assert.equal(
      lines[7],
      `             hog-20     (   20) [001] d..2.     0.000003500: sched_switch: ${hog}`,
    );
    assert.equal(
      lines[4],
      ' server_main_loo-11     (   10) [000] d..2.     0.000002000: ' +
        'sched_waking: comm=worker pid=12 prio=120 target_cpu=001',
    );
    assert.match(
      lines[12],
      /<idle>-0 +\(-----\) \[000\] d\.h2\. +0\.000009000: sched_waking: comm=server_main_loo/,
    );
  });

  it('tells slices, counters, instants and IPIs as marks', () => {
    assert.deepEqual(
      parsed(TWO_CPUS).flatMap(({ event, rest }) => (event === 'tracing_mark_write' ? [rest] : [])),
      [
        'C|0|waiting|0',
        'S|10|tokens: proc_token|11',
        'C|0|waiting|1',
        'I|10|IPI to CPU 1: resched',
        'F|10|tokens: proc_token|11',
        'I|10|request taken',
        'C|0|load|0.5',
      ],
    );
  });

  it('says of any trace who ran where and when, and who woke whom, to the nanosecond', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const lines = parsed(trace);
        assert.equal(lines.length, trace.events.length);
        for (const [place, event] of trace.events.entries()) {
          const { at, keys } = lines[place];
          assert.equal(at[0], event.timeNs);
          if (event.kind === 'switch') {
            assert.deepEqual(at, [event.timeNs, event.cpu, event.prev]);
            assert.deepEqual([...keys.keys()].join(' '), SWITCH_KEYS);
            assert.equal(keys.get('prev_state'), event.prevState);
            assert.equal(keys.get('next_pid'), String(event.next));
          } else if (event.kind === 'waking') {
            assert.deepEqual(at, [event.timeNs, event.cpu, event.waker]);
            const { name } = trace.threads[event.tid - 1];
            assert.deepEqual([keys.get('comm'), keys.get('pid')], [commOf(name), String(event.tid)]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

const SWITCH_KEYS = 'prev_comm prev_pid prev_prio prev_state next_comm next_pid next_prio';
