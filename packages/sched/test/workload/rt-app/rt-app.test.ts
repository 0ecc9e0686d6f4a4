import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../../src/cost-model.ts';
import { cbs } from '../../../src/policy/cbs.ts';
import { eevdf } from '../../../src/policy/eevdf.ts';
import { roundRobin } from '../../../src/policy/round-robin.ts';
import { fixedPriority } from '../../../src/policy/urgency.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { Topology } from '../../../src/topology/topology.ts';
import { symmetric } from '../../../src/topology/presets.ts';
import { rtApp, type RtAppWorkload } from '../../../src/workload/rt-app/rt-app.ts';

type Column = 'run' | 'slack' | 'wu_lat' | 'c_period' | 'c_duration' | 'perf';

interface Ran {
  readonly workload: RtAppWorkload;
  readonly sim: Simulation<unknown>;
  /** Rows of a thread: start, end and any others. */
  readonly rows: (thread: string, ...columns: Column[]) => number[][];
}

function run(text: string, ms: number, topology = symmetric(1), policy: Policy<unknown> = roundRobin()): Ran {
  const workload = rtApp(text);
  const sim = new Simulation<unknown>({ policy, topology, costs: NO_COSTS });
  workload.start(sim);
  sim.run(ms * 1_000_000);
  const rows: Ran['rows'] = (thread, ...columns) =>
    workload
      .log()
      .filter((row) => row.thread === thread)
      .map((row) => [row.start, row.end, ...columns.map((column) => row[column])]);
  return { workload, sim, rows };
}

describe('an rt-app file', () => {
  it('runs phases and events in their order, with doubled keys, and as often as it says', () => {
    const { rows, sim } = run(
      `{ "tasks": { "a": { "loop": 2, "phases": {
           "p": { "loop": 2, "run": 1000, "sleep": 2000, "run": 3000 },
           "q": { "sleep0": 500 } } } } }`,
      100,
    );
    assert.deepEqual(rows('a-0', 'run', 'c_duration', 'perf'), [
      [0, 6000, 4000, 4000, 4000],
      [6000, 12_000, 4000, 4000, 4000],
      [12_000, 12_500, 0, 0, 0],
      [12_500, 18_500, 4000, 4000, 4000],
      [18_500, 24_500, 4000, 4000, 4000],
      [24_500, 25_000, 0, 0, 0],
    ]);
    assert.equal(sim.ended.length, 1);
  });

  it('loops for ever without a "loop", and once with it, where there are no phases', () => {
    const { rows, sim } = run(
      '{"tasks": {"a": {"run": 10000}, "b": {"loop": 3, "sleep": 1000}}}',
      30,
      symmetric(2),
    );
    assert.equal(rows('a-0').length, 3);
    assert.equal(rows('b-1').length, 3);
    assert.deepEqual(
      [...sim.tasks].map(({ name }) => name),
      ['a-0'],
    );
  });

  it('makes instances, and lets threads begin later', () => {
    const { rows } = run(
      '{"tasks": {"a": {"instance": 2, "delay": 3000, "loop": 1, "run": 1000}}}',
      30,
      symmetric(2),
    );
    assert.deepEqual(
      [...rows('a-0'), ...rows('a-1')],
      [
        [3000, 4000],
        [3000, 4000],
      ],
    );
  });

  it('works at the speed of the CPU for "run", and by the clock for "runtime"', () => {
    const half = new Topology({ cpus: [{ speed: 0.5 }] });
    const { rows } = run(
      `{"tasks": {"a": {"loop": 1, "phases": {"x": {"run": 1000}, "y": {"runtime": 1000}}}},
        "global": {"calibration": 10}}`,
      30,
      half,
    );
    assert.deepEqual(rows('a-0', 'perf'), [
      [0, 2000, 100],
      [2000, 3000, 50],
    ]);
  });

  it('ends a "runtime" in time on CPUs of several speeds, too', () => {
    const uneven = new Topology({ cpus: [{ speed: 1 }, { speed: 0.3 }] });
    const { rows } = run('{"tasks": {"a": {"loop": 1, "runtime": 10000, "cpus": [0]}}}', 30, uneven);
    assert.deepEqual(rows('a-0'), [[0, 10_000]]);
  });

  it('has timers that keep their period, whatever work takes', () => {
    const { rows, workload } = run(
      '{"tasks": {"a": {"run": 4000, "timer": {"ref": "unique", "period": 10000}}}}',
      35,
    );
    assert.deepEqual(rows('a-0', 'slack', 'wu_lat', 'c_period'), [
      [0, 10_000, 6000, 0, 10_000],
      [10_000, 20_000, 6000, 0, 10_000],
      [20_000, 30_000, 6000, 0, 10_000],
    ]);
    const figures = new Map(workload.figures?.().map(({ name, value }) => [name, value]));
    assert.equal(figures.get('slack min'), 6_000_000);
    assert.equal(figures.get('late'), 0);
  });

  // The example of rt-app's tutorial: a run of 30 ms in the third of periods of 20 ms.
  const late = (mode: string): string => `{"tasks": {"a": {"loop": 1, "phases": {
    "ok": {"loop": 2, "run": 10000, "timer": {"ref": "unique", "period": 20000 ${mode}}},
    "late": {"run": 30000, "timer": {"ref": "unique", "period": 20000}},
    "after": {"loop": 3, "run": 10000, "timer": {"ref": "unique", "period": 20000}}}}}}`;

  it('counts a relative timer that was missed from then on, an absolute one from the beginning', () => {
    assert.deepEqual(run(late(''), 200).rows('a-0', 'slack'), [
      [0, 20_000, 10_000],
      [20_000, 40_000, 10_000],
      [40_000, 70_000, -10_000],
      [70_000, 90_000, 10_000],
      [90_000, 110_000, 10_000],
      [110_000, 130_000, 10_000],
    ]);
    assert.deepEqual(run(late(', "mode": "absolute"'), 200).rows('a-0', 'slack'), [
      [0, 20_000, 10_000],
      [20_000, 40_000, 10_000],
      [40_000, 70_000, -10_000],
      [70_000, 80_000, 0],
      [80_000, 100_000, 10_000],
      [100_000, 120_000, 10_000],
    ]);
  });

  it('shares a timer among instances unless it is unique', () => {
    const text = (ref: string): string =>
      `{"tasks": {"a": {"instance": 2, "loop": 1, "timer": {"ref": "${ref}", "period": 1000}}}}`;
    const ends = (ref: string): number[] =>
      run(text(ref), 10, symmetric(2))
        .workload.log()
        .map(({ end }) => end);
    assert.deepEqual(ends('unique1'), [1000, 1000]);
    assert.deepEqual(ends('tick'), [1000, 2000]);
  });

  it('makes jobs of what is between timers: response times and misses', () => {
    const { sim } = run(late(''), 200);
    const [task] = sim.ended;
    assert.equal(task.jobs, 7);
    assert.equal(task.misses, 1);
    assert.equal(task.firstMissAt, 60_000_000);
    assert.equal(task.response.max, 30_000_000);
  });

  it('ends the last job with the phase that has the timer', () => {
    const text = `{"tasks": {"a": {"loop": 1, "phases": {
      "x": {"loop": 2, "run": 1000, "timer": {"ref": "unique", "period": 5000}}, "y": {"run": 50000}}}}}`;
    const [{ jobs, misses }] = run(text, 100).sim.ended;
    assert.deepEqual([jobs, misses], [2, 0]);
  });

  it('adds slack up if it is cumulative', () => {
    const text = `{"tasks": {"a": {"loop": 1, "run": 2000, "timer": {"ref": "unique", "period": 5000},
      "run": 1000, "timer": {"ref": "unique", "period": 5000}}}, "global": {"cumulative_slack": CUMULATIVE}}`;
    const slack = (cumulative: string): unknown =>
      run(text.replace('CUMULATIVE', cumulative), 50).rows('a-0', 'slack')[0][2];
    assert.deepEqual([slack('true'), slack('false')], [7000, 4000]);
  });

  it('measures how late a thread goes on after its timer', () => {
    const text = `{"tasks": {
      "a": {"loop": 1, "delay": 1000, "run": 1000, "timer": {"ref": "unique", "period": 5000}},
      "b": {"loop": 1, "delay": 5500, "run": 3000}}}`;
    // b runs from 5.5 ms to 8.5; a was to go on at 6.
    assert.deepEqual(run(text, 50).rows('a-0', 'wu_lat'), [[1000, 8500, 2500]]);
  });

  it('forgets the warm-up', () => {
    const workload = rtApp('{"tasks": {"a": {"run": 1000, "timer": {"ref": "unique", "period": 5000}}}}');
    const sim = new Simulation<unknown>({ policy: roundRobin(), topology: symmetric(1), costs: NO_COSTS });
    workload.start(sim);
    sim.run(50_000_000);
    workload.warmedUp?.();
    sim.run(71_000_000);
    assert.deepEqual(
      workload.log().map(({ start }) => start),
      [50_000, 55_000, 60_000, 65_000],
    );
    assert.equal(workload.figures?.()[0].value, 4);
  });

  it('writes a log as rt-app does', () => {
    const { workload } = run('{"tasks": {"a": {"loop": 1, "run": 1000}}}', 10);
    assert.equal(
      workload.logText('a-0'),
      '#idx     perf      run   period           start             end          rel_st      slack' +
        ' c_duration   c_period     wu_lat\n' +
        '   0     1000     1000     1000               0            1000               0          0' +
        '       1000          0          0\n',
    );
    const silent = run('{"tasks": {"a": {"loop": 1, "run": 1000}}, "global": {"log_size": "disable"}}', 10);
    assert.deepEqual(silent.workload.log(), []);
  });

  it('draws times from distributions, which is an extension of ours', () => {
    const text =
      '{"tasks": {"a": {"loop": 400, "phases": {"p": {"run": {"exponential": 1000}, "sleep": 10}}}}}';
    const { workload, rows } = run(text, 10_000);
    const runs = rows('a-0', 'run').map(([, , ran]) => ran);
    const mean = runs.reduce((a, b) => a + b) / runs.length;
    assert.ok(mean > 850 && mean < 1150, `${mean}`);
    assert.ok(new Set(runs).size > 300);
    assert.equal(workload.log().length, 400);
  });

  it('draws the same times for a thread whatever the policy, so that they can be compared in pairs', () => {
    const text = `{"tasks": {
      "a": {"instance": 3, "loop": 20,
            "run": {"exponential": 1000}, "sleep": {"exponential": 500}, "fork": "b"},
      "b": {"instance": 0, "loop": 1, "run": {"uniform": [0, 1000]}}}}`;
    const drawn = (policy: Policy<unknown>): unknown => {
      const log = run(text, 1000, symmetric(2), policy).workload.log();
      const of = (which: RegExp): number[] =>
        log.filter(({ thread }) => which.test(thread)).map((row) => row.c_duration);
      return [of(/^a-0$/), of(/^a-1$/), of(/^a-2$/), of(/^b/).toSorted((x, y) => x - y)];
    };
    assert.deepEqual(drawn(eevdf()), drawn(roundRobin({ quantumNs: 100_000 })));
  });
});

describe('the scheduling of an rt-app file', () => {
  it('comes to priorities, nice values, periods and budgets', () => {
    const text = `{"tasks": {
      "other": {"loop": 0, "run": 1, "priority": -5},
      "batch": {"loop": 0, "run": 1, "policy": "SCHED_BATCH"},
      "idle": {"loop": 0, "run": 1, "policy": "SCHED_IDLE"},
      "fifo": {"loop": 0, "run": 1, "policy": "SCHED_FIFO", "priority": 98},
      "rr": {"loop": 0, "run": 1, "policy": "SCHED_RR"},
      "dl": {"loop": 0, "run": 1, "policy": "SCHED_DEADLINE", "dl-runtime": 2000, "dl-period": 10000},
      "timed": {"loop": 0, "run": 1, "timer": {"ref": "unique", "period": 7000}}}}`;
    const { sim } = run(text, 1, symmetric(8));
    const found = sim.ended.map(({ name, nice, weight, priority, periodNs, budgetNs }) => [
      name,
      nice,
      weight,
      priority,
      periodNs / 1e6,
      budgetNs / 1e6,
    ]);
    assert.deepEqual(found.toSorted(), [
      ['batch-1', 0, 1024, 120, Infinity, Infinity],
      ['dl-5', -20, 88_761, -1, 10, 2],
      ['fifo-3', -20, 88_761, 1, Infinity, Infinity],
      ['idle-2', 19, 3, 140, Infinity, Infinity],
      ['other-0', -5, 3121, 115, Infinity, Infinity],
      ['rr-4', -20, 88_761, 89, Infinity, Infinity],
      ['timed-6', 0, 1024, 120, 7, Infinity],
    ]);
  });

  it('changes with phases: who becomes more urgent preempts', () => {
    const text = `{"tasks": {
      "a": {"loop": 1, "phases": {"x": {"run": 5000},
                                  "y": {"policy": "SCHED_FIFO", "priority": 50, "run": 5000}}},
      "b": {"loop": 1, "policy": "SCHED_RR", "delay": 1000, "run": 5000}}}`;
    const { rows } = run(text, 50, symmetric(1), fixedPriority());
    // b (priority 10) preempts at 1 ms; a goes on at 6, and from 10 ms on it is above b.
    assert.deepEqual(rows('b-1'), [[1000, 6000]]);
    assert.deepEqual(rows('a-0'), [
      [0, 10_000],
      [10_000, 15_000],
    ]);
  });

  it('keeps what a phase says until another says otherwise; a policy brings its own priority', () => {
    const text = `{"tasks": {"a": {"loop": 1, "priority": 5, "phases": {
      "x": {"policy": "SCHED_FIFO", "priority": 50, "run": 1},
      "y": {"cpus": [0], "run": 1}, "z": {"policy": "SCHED_RR", "run": 1}, "w": {"run": 1}}}}}`;
    const workload = rtApp(text);
    const priorities: number[] = [];
    const sim = new Simulation<unknown>({
      policy: roundRobin(),
      topology: symmetric(2),
      costs: NO_COSTS,
      listener: {
        switched: (_now, _cpu, from) => priorities.push(...(from === null ? [] : [from.priority])),
      },
    });
    workload.start(sim);
    sim.run(Infinity);
    assert.deepEqual(priorities, [49, 49, 89]);
    assert.equal(sim.ended[0].nice, -20);
  });

  it('tells policies of task groups, of which the empty one is none', () => {
    const text = `{"tasks": {
      "a": {"loop": 1, "run": 1, "taskgroup": "/tg1"}, "b": {"loop": 1, "run": 1, "taskgroup": ""},
      "c": {"loop": 1, "phases": {"x": {"run": 1, "taskgroup": "/tg2"}}}}}`;
    const groups = run(text, 1, symmetric(4)).sim.ended.map(({ name, group }) => [name, group]);
    assert.deepEqual(groups.toSorted(), [
      ['a-0', '/tg1'],
      ['b-1', null],
      ['c-2', '/tg2'],
    ]);
  });

  it('counts changed weights right: 335 of 1359 after a phase of equal ones', () => {
    const text = `{"tasks": {
      "a": {"phases": {"x": {"runtime": 100000}, "y": {"loop": -1, "priority": 5, "run": 1000}}},
      "b": {"run": 1000}}}`;
    const { sim } = run(text, 1100, symmetric(1), eevdf());
    const [a, b] = [...sim.tasks];
    // Half of the first 100 ms, and a share of 335/1359 of 1 s.
    assert.ok(Math.abs(a.runNs / 1e6 - (50 + (1000 * 335) / 1359)) < 5, `${a.runNs}`);
    assert.equal(a.runNs + b.runNs, 1_100_000_000);
  });

  it('reserves budgets under CBS: who keeps to its own is never late, who does not is held back', () => {
    const deadline = (run: number): string =>
      `{"policy": "SCHED_DEADLINE", "dl-runtime": 3000, "dl-period": 10000,
        "run": ${run}, "timer": {"ref": "unique", "period": 10000}}`;
    const text = `{"tasks": {"kept": ${deadline(2900)}, "over": ${deadline(4000)},
      "noise": {"instance": 4, "run": 50000}}}`;
    const { sim } = run(text, 1000, symmetric(1), cbs());
    const tasks = new Map([...sim.tasks].map((task) => [task.name, task]));
    const [kept, over] = ['kept-0', 'over-1'].map((name) => tasks.get(name)!);
    assert.deepEqual([kept.misses, Math.round(kept.runNs / 1e6)], [0, 290]);
    assert.ok(over.misses > 50);
    assert.ok(Math.abs(over.runNs / 1e6 - 300) < 5, `${over.runNs}`);
  });

  it('moves a thread to the CPUs of its phase, and back to its own', () => {
    const text = `{"tasks": {"a": {"loop": 1, "cpus": [0, 1], "phases": {
      "x": {"cpus": [2], "run": 1000}, "y": {"cpus": [3], "run": 1000}, "z": {"run": 1000}}}}}`;
    for (const policy of [roundRobin(), eevdf()] as Policy<unknown>[]) {
      const { sim } = run(text, 50, symmetric(4), policy);
      const busy = sim.cpus.map(({ busyNs }) => busyNs / 1e6);
      assert.deepEqual([busy[0] + busy[1], busy[2], busy[3]], [1, 1, 1]);
    }
    assert.throws(
      () => run(text, 1, symmetric(3)),
      /rt-app.json:2:40: "cpus" has 3: machine "3 CPUs" has CPUs 0 to 2/,
    );
  });
});
