import assert from 'node:assert/strict';
import { toFtraceText, type Trace, writeTraceFile } from '@smplab/trace';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../../src/cost-model.ts';
import { cfs } from '../../../src/policy/cfs.ts';
import { eevdf } from '../../../src/policy/eevdf.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { fifo, roundRobin } from '../../../src/policy/round-robin.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { TraceRecorder } from '../../../src/simulation/trace-recorder.ts';
import { symmetric } from '../../../src/topology/presets.ts';
import { Topology } from '../../../src/topology/topology.ts';
import { hackbench } from '../../../src/workload/hackbench.ts';
import { replay } from '../../../src/workload/replay/replay.ts';
import { rtApp } from '../../../src/workload/rt-app/rt-app.ts';
import { schbench } from '../../../src/workload/schbench.ts';
import type { Workload } from '../../../src/workload/workload.ts';

const MS = 1_000_000;

interface Ran {
  readonly trace: Trace;
  readonly text: string;
  readonly runNs: Readonly<Record<string, number>>;
  readonly sim: Simulation<unknown>;
}

function run(
  workload: Workload,
  policy: Policy<unknown>,
  topology: Topology,
  ms: number,
  costs = NO_COSTS,
): Ran {
  const recorder = new TraceRecorder('run', topology);
  const sim = new Simulation<unknown>({ policy, topology, costs, listener: recorder });
  workload.start(sim);
  sim.run(ms * MS);
  // As a trace does not know of who runs at its end.
  for (const { index, current } of sim.cpus)
    if (current !== null) recorder.switched(sim.now, index, current, null, true);
  const all = [...sim.ended, ...sim.tasks].map(({ name, runNs }): [string, number] => [name, runNs]);
  const trace = recorder.trace();
  return { trace, text: toFtraceText(trace), runNs: Object.fromEntries(all.toSorted()), sim };
}

const RT_APP = `{"tasks": {
  "audio": {"run": 300, "resume": "decoder", "timer": {"ref": "unique", "period": 6000}},
  "decoder": {"suspend": "decoder", "run": 1000, "lock": "m", "signal": "q", "unlock": "m", "run": 150},
  "sink": {"lock": "m", "wait": {"ref": "q", "mutex": "m"}, "unlock": "m", "run": 700},
  "noise": {"instance": 3, "run": {"exponential": 2000}, "sleep": {"exponential": 3000}},
  "nice": {"priority": 10, "run": 5000}}}`;

describe('a replay of a trace of a simulation', () => {
  const workloads: [string, () => Workload, number][] = [
    ['an rt-app file', () => rtApp(RT_APP), 200],
    ['schbench', () => schbench({ workers: 6, work: { exponential: 500_000 } }), 50],
    ['hackbench', () => hackbench({ groups: 1, fds: 4, loops: 10 }), 20],
  ];
  const policies: [string, () => Policy<unknown>][] = [
    ['round robin', () => roundRobin({ quantumNs: 500_000 })],
    ['CFS', () => cfs()],
    ['EEVDF', () => eevdf()],
  ];
  for (const [name, make, ms] of workloads) {
    for (const [policyName, policy] of policies) {
      it(`gives the same run times: ${name} under ${policyName}`, () => {
        const first = run(make(), policy(), symmetric(2), ms);
        const workload = replay(first.text, { file: 't' });
        assert.deepEqual(workload.warnings, []);
        const again = run(workload, policy(), symmetric(2), 10 * ms);
        const traced = Object.fromEntries(Object.entries(first.runNs).filter(([, ns]) => ns > 0));
        const replayed = Object.fromEntries(Object.entries(again.runNs).filter(([, ns]) => ns > 0));
        assert.deepEqual(replayed, traced);
        assert.equal(again.sim.tasks.size, 0);
      });
    }
  }

  it('reads trace files, and says what is wrong with one', () => {
    const first = run(hackbench({ groups: 1, fds: 2, loops: 5 }), fifo(), symmetric(2), 50);
    const saved = writeTraceFile(first.trace);
    assert.deepEqual(run(replay(saved), fifo(), symmetric(2), 50).runNs, first.runNs);
    assert.throws(() => replay(saved.replace('"switch"', '"swap"'), { file: 'f' }), {
      name: 'WorkloadError',
      message: /^f: .*line \d+/,
    });
  });

  it('counts work by the speed of the CPUs on which it was done', () => {
    const uneven = new Topology({ cpus: [{ speed: 1 }, { speed: 0.5 }] });
    const text = '{"tasks": {"a": {"loop": 1, "cpus": [1], "run": 1000}, "b": {"loop": 1, "run": 3000}}}';
    const first = run(rtApp(text), fifo(), uneven, 10);
    assert.deepEqual(first.runNs, { 'a-0': 2 * MS, 'b-1': 3 * MS });
    // Nobody is bound to a CPU: a takes the faster one.
    assert.deepEqual(run(replay(first.text), fifo(), uneven, 20).runNs, { 'a-0': MS, 'b-1': 6 * MS });
  });

  it('leaves out the cost of switching, if it is told what it was', () => {
    const costs = { ...NO_COSTS, contextSwitchNs: 100_000 };
    const pair =
      '{"tasks": {"a": {"loop": 5, "run": 1000, "sleep": 100}, "b": {"loop": 5, "run": 1000, "sleep": 100}}}';
    const first = run(rtApp(pair), fifo(), symmetric(1), 50, costs);
    const ran = run(replay(first.text, { switchNs: 100_000 }), fifo(), symmetric(1), 50).runNs;
    assert.deepEqual(ran, { 'a-0': 5 * MS, 'b-1': 5 * MS });
  });
});

const at = (ms: number, cpu: number, who: string, event: string, flags = 'd..2.'): string =>
  `${who} [00${cpu}] ${flags} 100.${String(ms).padStart(3, '0')}000: ${event}`;

describe('a replay of a trace from elsewhere', () => {
  it('has threads that fork, wake, sleep and wait', () => {
    const text = [
      '# tracer: nop',
      at(0, 0, 'sh-5', 'sched_wakeup_new: comm=sh pid=6 prio=125'),
      at(2, 0, 'sh-5', 'sched_switch: sh:5 [120] S ==> cc:6 [125]'),
      at(5, 0, 'cc-6', 'sched_waking: comm=sh pid=5 prio=120'),
      at(5, 0, 'cc-6', 'sched_wakeup: comm=sh pid=5 prio=120'),
      at(6, 0, 'cc-6', 'sched_switch: cc:6 [125] R+ ==> sh:5 [120]'),
      at(8, 0, 'sh-5', 'sched_switch: sh:5 [120] D ==> cc:6 [125]'),
      at(10, 0, 'cc-6', 'sched_waking: comm=sh pid=5 prio=120', 'd.h2.'),
      at(10, 0, 'cc-6', 'sched_wakeup: comm=sh pid=5 prio=120', 'd.h2.'),
      at(11, 0, 'cc-6', 'sched_switch: cc:6 [125] X ==> sh:5 [120]'),
      at(15, 0, 'sh-5', 'sched_switch: sh:5 [120] S ==> swapper/0:0 [120]'),
    ].join('\n');
    const workload = replay(text);
    assert.equal(workload.durationNs, 15 * MS);
    const one = run(workload, fifo(), symmetric(1), 100);
    assert.deepEqual(one.runNs, { cc: 7 * MS, sh: 8 * MS });
    // With a CPU for each: sh runs 2, waits for cc (3) and runs 2, sleeps 2 and runs 4; cc works from 0 on.
    const two = run(workload, fifo(), symmetric(2), 100);
    assert.deepEqual(
      two.sim.ended.map(({ name, nice, endedAt }) => [name, nice, endedAt / MS]),
      [
        ['cc', 5, 7],
        ['sh', 0, 11],
      ],
    );
  });

  it('begins with who ran, or was runnable, at the begin, and with others when they were woken', () => {
    const text = [
      at(3, 1, 'a-1', 'sched_switch: a:1 [120] S ==> b:2 [120]'),
      at(5, 0, '<idle>-0', 'sched_waking: comm=c pid=3 prio=120', 'd.h2.'),
      at(5, 0, '<idle>-0', 'sched_switch: swapper/0:0 [120] R ==> c:3 [120]'),
      at(6, 1, 'b-2', 'sched_switch: b:2 [120] S ==> swapper/1:0 [120]'),
      at(9, 0, 'c-3', 'sched_switch: c:3 [120] S ==> swapper/0:0 [120]'),
    ].join('\n');
    const { sim } = run(replay(text), fifo(), symmetric(2), 100);
    assert.deepEqual(
      sim.ended.map(({ name, createdAt, runNs }) => [name, createdAt / MS, runNs / MS]),
      [
        ['a', 0, 0],
        ['b', 0, 3],
        ['c', 2, 4],
      ],
    );
  });

  it('knows who ran at the begin also where it is first seen to wake somebody', () => {
    const text = [
      at(0, 1, 'x-9', 'irq_handler_entry: irq=5'),
      at(1, 0, '<idle>-0', 'sched_switch: swapper/0:0 [120] R ==> b:2 [120]'),
      at(2, 0, 'b-2', 'sched_switch: b:2 [120] S ==> swapper/0:0 [120]'),
      at(4, 1, 'a-1', 'sched_waking: comm=b pid=2 prio=120'),
      at(5, 0, '<idle>-0', 'sched_switch: swapper/0:0 [120] R ==> b:2 [120]'),
      at(6, 0, 'b-2', 'sched_switch: b:2 [120] S ==> swapper/0:0 [120]'),
      at(7, 1, 'a-1', 'sched_switch: a:1 [125] S ==> swapper/1:0 [120]'),
    ].join('\n');
    const { sim } = run(replay(text), fifo(), symmetric(2), 100);
    // The trace begins with b at 1 ms: a works for 6 ms, and wakes b after 3.
    assert.deepEqual(
      sim.ended.map(({ name, nice, runNs, endedAt }) => [name, nice, runNs / MS, endedAt / MS]),
      [
        ['b', 0, 2, 4],
        ['a', 5, 6, 6],
      ],
    );
  });

  it('counts work of one thread on CPUs of several speeds', () => {
    const text = [
      at(0, 0, 'a-1', 'sched_waking: comm=b pid=2 prio=120', 'd.h2.'),
      at(2, 0, 'a-1', 'sched_switch: a:1 [120] R ==> b:2 [120]'),
      at(3, 1, '<idle>-0', 'sched_switch: swapper/1:0 [120] R ==> a:1 [120]'),
      at(7, 1, 'a-1', 'sched_switch: a:1 [120] S ==> swapper/1:0 [120]'),
    ].join('\n');
    const uneven = new Topology({ cpus: [{ speed: 1 }, { speed: 0.5 }] });
    // Work of 2 + 4 * 0.5 ms, which it does on the fast CPU.
    assert.equal(run(replay(text), fifo(), uneven, 100).runNs.a, 4 * MS);
  });

  it('says what it had to guess', () => {
    const sleepy = [
      at(0, 0, 'a-1', 'sched_switch: a:1 [120] S ==> b:2 [120]'),
      at(1, 0, 'b-2', 'sched_switch: b:2 [120] S ==> a:1 [120]'),
    ];
    assert.match(replay(sleepy.join('\n'), { file: 'f' }).warnings?.[0] ?? '', /^f: there are no wakeups/);
    const odd = [
      at(0, 0, 'a-1', 'sched_switch: a:1 [120] S ==> b:2 [120]'),
      at(0, 0, 'b-2', 'sched_waking: comm=x pid=9 prio=120'),
      at(2, 0, 'c-3', 'sched_switch: c:3 [120] R ==> b:2 [120]'),
      at(1, 0, 'b-2', 'sched_switch: b:2 [120] S ==> c:3 [120]'),
      'CPU:0 [LOST 5 EVENTS]',
      at(3, 0, 'd-4', 'sched_switch: d:4 [120] R ==> b:2 [120]'),
    ];
    assert.deepEqual(replay(odd.join('\n'), { file: 'f' }).warnings, [
      'f:4: times go back: lines are taken in the order of time',
      'f:5: CPU:0 [LOST 5 EVENTS]: what happened meanwhile is guessed',
    ]);
    const wrong = [odd[0], odd[1], odd[2]];
    assert.deepEqual(replay(wrong.join('\n'), { file: 'f' }).warnings, [
      'f:3: CPU 0 switches away from 3 (c), but 2 ran there',
    ]);
    const some = [1, 2, 3, 4, 5, 6].map((ms) =>
      at(ms, 0, 'a-1', 'sched_switch: a:1 [120] S ==> other:9 [120]'),
    );
    const told = replay(some.join('\n'), { file: 'f' }).warnings ?? [];
    assert.equal(told.length, 5);
    assert.match(told[3], /^f: 5 times nobody was seen to come who goes: a trace of some threads only/);
    const workload = replay(at(0, 7, 'a-1', 'sched_switch: a:1 [120] S ==> b:2 [120]'), { file: 'f' });
    run(workload, fifo(), symmetric(2), 1);
    assert.equal(workload.warnings?.at(-1), 'f: the trace is of 8 CPUs and more, the machine has 2');
  });

  it('is refused when there is nobody to replay', () => {
    assert.throws(
      () => replay('# tracer: nop\n', { file: 'f' }),
      /f: there is no sched_switch among its 2 lines/,
    );
    assert.throws(
      () => replay('# tracer: nop\nnonsense\n', { file: 'f' }),
      /^WorkloadError: f:2: "nonsense" is no line/,
    );
  });
});
