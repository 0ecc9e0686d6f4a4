import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rtApp } from '../../../src/workload/rt-app/rt-app.ts';

/** A file with one thread "a" in line 2. */
const thread = (inside: string, global = ''): string => `{"tasks": {\n"a": {${inside}}}${global}}`;

/** What is wrong, and what is said of it. */
const WRONG: [string, string | RegExp][] = [
  ['[]', 'f:1:1: the file is a list: an object is needed'],
  ['{"global": {}}', 'f:1:1: there is no "tasks"'],
  ['{"tasks": {}}', 'f:1:11: "tasks" is empty'],
  [
    '{"tasks": {}, "task": {}}',
    'f:1:15: "task" is not known in the file: known are tasks, global, resources',
  ],
  ['{"tasks": {"a": 5}}', 'f:1:17: "a" is 5: an object is needed'],
  ['{"tasks": {}, "tasks": {}}', 'f:1:15: "tasks" comes twice in the file: first in line 1'],
  [
    thread('"rnu": 5'),
    /^f:2:7: "rnu" is not known in thread "a": known are instance, .*, runtime, run, sleep/,
  ],
  [thread('"run": -5'), 'f:2:14: "run" is -5: a time in us from 0 is needed'],
  [thread('"run": "5"'), /f:2:14: "run" is "5": a time in us from 0, or a distribution of times, is needed/],
  [thread('"run": {"gauss": 5}'), /f:2:14: "run": \{"gauss":5\} is no distribution: known are constant/],
  [thread('"sleep1": null'), /f:2:17: "sleep1" is null/],
  [
    thread('"loop": 1.5, "run": 1'),
    'f:2:15: "loop" is 1.5: a whole number from 0, or -1 for ever, is needed',
  ],
  [thread('"loop": 1'), /f:2:1: "a" has no events/],
  [thread('"run": 1, "loop": 1, "loop": 2'), 'f:2:28: "loop" comes twice in thread "a": first in line 2'],
  [thread('"phases": {}'), 'f:2:17: "phases" of thread "a" is empty'],
  [thread('"phases": {"p": {"delay": 1, "run": 1}}'), /"delay" is not known in phase "p" of thread "a"/],
  [thread('"phases": {"p": {"loop": 0, "run": 1}}'), /"loop" is 0: a whole number from 1, or -1/],
  [thread('"timer": 5'), /"timer" is 5: an object is needed/],
  [thread('"timer": {"ref": "x"}'), 'f:2:7: "timer" has no "period"'],
  [
    thread('"timer": {"period": 5, "mode": "exact"}'),
    /"mode" is "exact": one of relative, absolute is needed/,
  ],
  [
    thread('"timer": {"period": 5, "until": 5}'),
    /"until" is not known in "timer": known are ref, period, mode/,
  ],
  [thread('"wait": {"ref": "c"}'), 'f:2:7: "wait" has no "mutex"'],
  [thread('"lock": 5'), 'f:2:15: "lock" is 5: a text is needed'],
  [thread('"lock"'), 'f:2:7: "lock" is left out: a text is needed'],
  [thread('"mem": "big"'), /"mem" is "big": a whole number from 0/],
  [thread('"run": 1, "fork": "b"'), /f:2:17: "fork" of "b": there is no such thread; known are a/],
  [thread('"run": 1, "policy": "SCHED_FAST"'), /"policy" is "SCHED_FAST": one of SCHED_OTHER, SCHED_BATCH/],
  [thread('"run": 1, "policy": "SCHED_FIFO", "priority": 0'), /"priority" is 0: a whole number from 1 to 99/],
  [thread('"run": 1, "priority": 20'), /priority is 20: SCHED_OTHER needs one from -20 to 19/],
  [thread('"run": 1, "cpus": []'), /"cpus" is empty/],
  [thread('"run": 1, "cpus": [0, -1]'), /f:2:29: "cpus" is -1: a whole number from 0/],
  [thread('"run": 1, "taskgroup": "x"'), /"taskgroup" is "x": it has to begin with \//],
  [thread('"run": 1, "taskgroup": "/x", "policy": "SCHED_RR"'), /a "taskgroup" with SCHED_RR/],
  [thread('"run": 1, "policy": "SCHED_DEADLINE"'), /SCHED_DEADLINE without a "dl-runtime"/],
  [
    thread('"run": 1, "policy": "SCHED_DEADLINE", "dl-runtime": 5, "dl-period": 4'),
    /"dl-runtime" is longer than "dl-period"/,
  ],
  [thread('"run": 1, "util_max": 2000'), /"util_max" is 2000: a whole number from -1 to 1024/],
  [thread('"run": 1', ', "global": {"pi_enabled": 1}'), /"pi_enabled" is 1: true or false/],
  [
    thread('"run": 1', ', "global": {"durations": 1}'),
    /"durations" is not known in "global": known are duration/,
  ],
  [thread('"run": 1', ', "global": {"duration": -2}'), /"duration" is -2: a whole number from 0, or -1/],
  [thread('"run": 1', ', "global": {"calibration": "GPU"}'), /"calibration" is "GPU": ns per loop or "CPU"/],
  [thread('"run": 1', ', "global": {"default_policy": "x"}'), /"default_policy" is "x": one of SCHED_OTHER/],
];

describe('a plan of an rt-app file', () => {
  it('is refused where it is wrong, with what was given and what is known', () => {
    for (const [text, message] of WRONG)
      assert.throws(() => rtApp(text, { file: 'f' }), { name: 'WorkloadError', message }, text);
  });
});

describe('an accepted plan of an rt-app file', () => {
  it('says what of it means nothing in virtual time', () => {
    const text = `{"resources": {"m": {"type": "mutex"}}, "tasks": {
      "a": {"run": 1, "mem": 4096, "iorun1": 1, "memrun": {"x": 1}, "util_min": 100, "nodes_membind": [0]},
      "a": {"phases": {"p": {"resume": "nobody"}}, "run": 5, "period": 7},
      "d": {"run": 1, "policy": "SCHED_DEADLINE", "dl-runtime": 5, "dl-period": 10, "dl-deadline": 8
            "dl-reclaim": true},
      "o": {"run": 1, "dl-runtime": 5},
      "g": {"phases": {"p": {"run": 1, "taskgroup": "/x"}, "q": {"run": 1, "taskgroup": "/y"}}}},
      "global": {"spacing": 5, "gnuplot": true, "ftrace": "main", "lock_pages": true, "logdir": "./"}}`;
    const { warnings } = rtApp(text, { file: 'f' });
    assert.deepEqual(
      warnings.map((warning) => /^f:(\d+):\d+: (.*)$/.exec(warning)?.slice(1).join(' ')),
      [
        '1 "resources" is not needed: what threads use is made when they do',
        '8 "spacing" is of older versions of rt-app, and is left out',
        '8 "gnuplot": no plots are made: the log has what they show',
        '8 "ftrace": a trace is recorded by the experiment, not from here',
        '2 "util_min" changes nothing: speeds of CPUs do not follow load',
        '2 "nodes_membind" changes nothing: memory is not modelled',
        '2 "mem" of thread "a" takes no time: memory and devices are not modelled',
        '2 "iorun1" of thread "a" takes no time: memory and devices are not modelled',
        '2 "memrun" of thread "a" takes no time: memory and devices are not modelled',
        '3 a second thread "a" is called "a1"',
        '3 "period" is taken for "dl-period"',
        '3 "run" beside "phases" of thread "a1" is left out, as rt-app does',
        '5 "dl-reclaim" changes nothing: a budget is never more than was reserved',
        '4 "dl-deadline" is not the period: the deadline is taken for the end of the period',
        '6 "dl-runtime" with SCHED_OTHER changes nothing: slices are the policy\'s',
        '3 "resume" of "nobody" wakes nobody: nobody suspends under that name',
        '7 reservation and taskgroup of thread "g" stay as they are in its first phase',
      ],
    );
  });

  it('has a duration, or none', () => {
    const global = (duration: number): string => `, "global": {"duration": ${duration}}`;
    assert.equal(rtApp(thread('"run": 1', global(2))).durationNs, 2_000_000_000);
    assert.equal(rtApp(thread('"run": 1', global(-1))).durationNs, undefined);
    assert.equal(rtApp(thread('"run": 1')).durationNs, undefined);
  });
});
