import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rtApp } from '../../../src/workload/rt-app/rt-app.ts';

const utilization = (tasks: string): number | undefined => rtApp(`{"tasks": {${tasks}}}`).utilization;
const timer = (period: number): string => `"timer": {"ref": "unique", "period": ${period}}`;

describe('the demand of an rt-app file', () => {
  it('is work by periods, of all instances', () => {
    assert.equal(utilization(`"a": {"instance": 3, "run": 2000, ${timer(10_000)}}`), 0.6000000000000001);
    assert.equal(
      utilization(`"a": {"run": {"exponential": 2000}, ${timer(4000)}, "runtime": 1000, ${timer(2000)}}`),
      0.5,
    );
  });

  it('counts phases as often as they are run, and one without an end alone', () => {
    const first = `"x": {"loop": 3, "run": 1000, ${timer(10_000)}}`;
    assert.equal(utilization(`"a": {"phases": {${first}, "y": {"run": 7000, ${timer(10_000)}}}}`), 0.25);
    assert.equal(
      utilization(`"a": {"phases": {${first}, "y": {"loop": -1, "run": 7000, ${timer(10_000)}}}}`),
      0.7,
    );
  });

  it('is not known of threads that end, or go on without a timer', () => {
    assert.equal(utilization(`"a": {"loop": 5, "run": 7000, ${timer(10_000)}}`), undefined);
    assert.equal(utilization('"a": {"run": 7000, "sleep": 5}'), undefined);
    assert.equal(utilization(`"a": {"run": 7000, ${timer(0)}}`), undefined);
    assert.equal(utilization(`"a": {"run": 5000, ${timer(10_000)}}, "b": {"run": 1}`), 0.5);
  });
});
