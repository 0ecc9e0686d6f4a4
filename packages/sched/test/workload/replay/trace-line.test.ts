import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readTraceLine } from '../../../src/workload/replay/trace-line.ts';

const LONG =
  'sched_switch: prev_comm=my task prev_pid=12 prev_prio=120 prev_state=R+ ' +
  '==> next_comm=kworker/0:1-mm next_pid=7 next_prio=98';
const SHORT = 'sched_switch: my task:12 [120] R+ ==> kworker/0:1-mm:7 [98]';

describe('a line of a trace', () => {
  it('is read in all the forms that tools print', () => {
    const heads = [
      '         my task-12    [003] d..2.  1234.000005: ',
      '         my task-12    (   10) [003] d..2 1234.000005: ',
      '         my-task-12    (-----) [003] .... 1234.000005000: ',
      '         my task-12    [003]  1234.000005: ',
      'my task    12 [003]  1234.000005: ',
      ' 10/12 [003]  1234.000005: sched:',
      'my task    10/12 [003]  1234.000005:          1 ',
      '  my task  12 [003]  1234.000005000: sched:',
    ];
    for (const head of heads) {
      for (const event of [LONG, SHORT]) {
        assert.deepEqual(
          readTraceLine('f', head + event, 5),
          {
            kind: 'switch',
            line: 5,
            timeNs: 1_234_000_005_000,
            cpu: 3,
            prev: { name: 'my task', tid: 12, priority: 120 },
            prevState: 'R+',
            next: { name: 'kworker/0:1-mm', tid: 7, priority: 98 },
          },
          head,
        );
      }
    }
  });

  it('says who wakes, and whether it was an interrupt', () => {
    const events = [
      'sched_waking: comm=x pid=9 prio=120 target_cpu=001',
      'sched_wakeup: x:9 [120] success=1 CPU:001',
      'sched_wakeup_new: comm=x pid=9 prio=120 success=1 target_cpu=001',
    ];
    for (const event of events) {
      const of = (flags: string): unknown => readTraceLine('f', `  a-4 [002] ${flags} 0.5: ${event}`, 1);
      const wake = { kind: 'wake', line: 1, timeNs: 5e8, cpu: 2, waker: 4 };
      const target = { name: 'x', tid: 9, priority: 120 };
      assert.deepEqual(of('d..2.'), { ...wake, target, isInterrupt: false });
      assert.deepEqual(of('d.h2.'), { ...wake, target, isInterrupt: true });
      assert.deepEqual(of('dNs2'), { ...wake, target, isInterrupt: true });
    }
  });

  it('says nothing where it is of something else, and of lost events that there were', () => {
    const nothing = [
      '',
      '# tracer: nop',
      '#           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION',
      'cpus=8',
      'version = 6',
      '    ffffffff810a sched_something+0x11 ([kernel])',
      '  a-4 [002] d..2. 0.5: cpu_idle: state=1 cpu_id=2',
      '  a-4 [002] d..2. 0.5: sched_switch: (__probestub_sched_switch+0x4/0x10) preempt=0',
      '0/0 [000] 0.000000000: PERF_RECORD_COMM: x:1/1',
      '  a-4 [002] d..2. 0.5: tracing_mark_write: B|4|sched_switch: no',
    ];
    for (const text of nothing) assert.equal(readTraceLine('f', text, 1), null, text);
    assert.deepEqual(readTraceLine('f', 'CPU:3 [LOST 17 EVENTS]', 8), {
      kind: 'lost',
      line: 8,
      what: 'CPU:3 [LOST 17 EVENTS]',
    });
  });

  it('takes no time to be refused, however long it is', () => {
    for (const text of [`a${' '.repeat(300_000)}b`, '-1 '.repeat(100_000), '1 [1] '.repeat(50_000)])
      assert.throws(() => readTraceLine('f', text, 1), /f:1: .* is no line of a trace/);
  });

  it('is refused with its number', () => {
    assert.throws(() => readTraceLine('f', 'hello, world', 7), {
      name: 'WorkloadError',
      message: /^f:7: "hello, world" is no line of a trace: needed is "comm-pid \[cpu\] seconds: event/,
    });
    assert.throws(
      () => readTraceLine('f', '  a-4 [002] d..2. 0.5: sched_switch: to somebody', 7),
      /^WorkloadError: f:7: sched_switch with "to somebody": threads with pid and prio are needed/,
    );
  });
});
