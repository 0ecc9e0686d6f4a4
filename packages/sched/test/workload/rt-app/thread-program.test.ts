import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../../src/cost-model.ts';
import { fixedPriority } from '../../../src/policy/urgency.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { symmetric } from '../../../src/topology/presets.ts';
import { rtApp } from '../../../src/workload/rt-app/rt-app.ts';

/** When the phases of each thread ended, in us. */
function ends(tasks: string, { cpus = 4, ms = 100, global = '{}' } = {}): Record<string, number[]> {
  const workload = rtApp(`{"tasks": {${tasks}}, "global": ${global}}`);
  const sim = new Simulation({ policy: fixedPriority(), topology: symmetric(cpus), costs: NO_COSTS });
  workload.start(sim);
  sim.run(ms * 1_000_000);
  const found: Record<string, number[]> = {};
  for (const { thread, end } of workload.log()) (found[thread] ??= []).push(end);
  return found;
}

describe('threads of an rt-app file', () => {
  it('lock and unlock', () => {
    const thread = '"loop": 1, "lock": "m", "run": 2000, "unlock": "m"';
    assert.deepEqual(ends(`"a": {${thread}}, "b": {${thread}}`), { 'a-0': [2000], 'b-1': [4000] });
  });

  it('inherit priorities if it says so', () => {
    const tasks = `
      "low": {"loop": 1, "policy": "SCHED_FIFO", "priority": 1, "lock": "m", "run": 5000, "unlock": "m"},
      "middle": {"loop": 1, "policy": "SCHED_FIFO", "priority": 2, "delay": 2000, "run": 9000},
      "high": {"loop": 1, "policy": "SCHED_FIFO", "priority": 3, "delay": 1000,
               "lock": "m", "run": 1000, "unlock": "m"}`;
    assert.equal(ends(tasks, { cpus: 1 })['high-2'][0], 15_000);
    assert.equal(ends(tasks, { cpus: 1, global: '{"pi_enabled": true}' })['high-2'][0], 6000);
  });

  it('wait, signal and broadcast', () => {
    const waiter = '"loop": 1, "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "unlock": "m"';
    const found = ends(`
      "w": {"instance": 3, ${waiter}},
      "s": {"loop": 1, "sleep": 1000, "signal": "c", "sleep": 1000, "broad": "c"}`);
    assert.deepEqual(found, { 'w-0': [1000], 'w-1': [2000], 'w-2': [2000], 's-3': [2000] });
  });

  it('sync: wake the other and wait, with the mutex or without', () => {
    const found = ends(`
      "a": {"loop": 2, "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "unlock": "m", "run": 1000,
            "lock": "m", "signal": "c", "unlock": "m"},
      "b": {"loop": 2, "sleep": 500, "sync": {"ref": "c", "mutex": "m"}}`);
    assert.deepEqual(found, { 'a-0': [1500, 3000], 'b-1': [1500, 3000] });
    const locked = ends(`
      "a": {"loop": 1, "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "signal": "c", "unlock": "m"},
      "b": {"loop": 1, "sleep": 500, "lock": "m", "sync": {"ref": "c", "mutex": "m"}, "unlock": "m"}`);
    assert.deepEqual(locked, { 'a-0': [500], 'b-1': [500] });
  });

  it('meet at barriers, counted by the uses that instances make of them', () => {
    const found = ends(`
      "a": {"instance": 2, "loop": 1, "run": 1000, "barrier": "x"},
      "b": {"loop": 1, "run": 3000, "barrier": "x"}`);
    assert.deepEqual(found, { 'a-0': [3000], 'a-1': [3000], 'b-2': [3000] });
  });

  it('suspend themselves until they are resumed, whose name may be left out; nothing is remembered', () => {
    const found = ends(`
      "a": {"loop": 2, "suspend", "run": 1000},
      "b": {"loop": 3, "sleep": 5000, "resume": "a", "resume": "a"}`);
    assert.deepEqual(found, { 'a-0': [6000, 11_000], 'b-1': [5000, 10_000, 15_000] });
  });

  it('count with semaphores, which remember', () => {
    const found = ends(`
      "a": {"loop": 1, "sem_post": "s", "sem_post": "s", "sleep": 5000, "sem_post": "s"},
      "b": {"loop": 3, "sem_wait": "s", "run": 1000}`);
    assert.deepEqual(found, { 'a-0': [5000], 'b-1': [1000, 2000, 6000] });
  });

  it('fork others, and yield', () => {
    const found = ends(`
      "a": {"loop": 2, "run": 1000, "yield": "", "fork": "b"},
      "b": {"instance": 0, "loop": 1, "run": 500}`);
    assert.deepEqual(found, { 'a-0': [1000, 2000], 'b-1-0': [1500], 'b-2-1': [2500] });
    assert.throws(
      () => ends('"a": {"sleep": 1, "fork": "b"}, "b": {"instance": 0, "loop": 1, "run": 1}'),
      /thread "b" is forked more than 1024 times, by "a-0"/,
    );
  });
});
