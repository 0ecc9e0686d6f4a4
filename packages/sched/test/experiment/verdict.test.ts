import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Outcome, outcomeOf } from '../../src/experiment/outcome.ts';
import { csvOf } from '../../src/experiment/outcome-csv.ts';
import { outcomeText } from '../../src/experiment/outcome-table.ts';
import { planOf } from '../../src/experiment/plan.ts';
import type { RunResult } from '../../src/experiment/run-result.ts';
import { verdictLines } from '../../src/experiment/verdict.ts';
import { reportHtml } from '../../src/experiment/report/report.ts';

type Values = Readonly<Record<string, readonly number[]>>;

/** The outcome of levels of a policy that had these values in their repetitions. */
function outcome(metric: string, values: Values, task = 'a'): Outcome {
  const policies = Object.keys(values);
  const repetitions = Math.max(...Object.values(values).map((each) => each.length));
  const spec = {
    name: 'made up',
    factors: { policy: policies },
    metrics: [metric],
    machine: 1,
    workload: 'make',
  };
  const plan = planOf(spec, { repetitions });
  const runs = plan.runs.map((run): RunResult => {
    const { labels } = plan.cells[run.cell];
    const counters = {
      runNs: 60,
      waitNs: 0,
      sleepNs: 0,
      switches: 1,
      preemptions: 0,
      migrations: 0,
      misses: 0,
    };
    return {
      ...run,
      labels,
      measuredNs: 100,
      events: 1,
      values: { [metric]: values[labels['policy']][run.repetition - 1] },
      further: [],
      tasks: [
        { name: task, tasks: 1, ...counters, longestWaitNs: 5, wakeup: null, response: [1, 2, 3, 4, 5] },
      ],
      cpus: [{ cpu: 0, utilisation: 0.6, overhead: 0, switches: 1 }],
      curves: {},
      findings: [],
      warnings: [],
    };
  });
  return outcomeOf(plan, runs);
}

const said = (metric: string, values: Values): string[] => {
  const { comparison } = outcome(metric, values);
  return comparison === null ? [] : verdictLines(comparison);
};

const ms = (...values: readonly number[]): number[] => values.map((value) => value * 1e6);

describe('what a comparison says', () => {
  it('is by how much, between what, and in how many repetitions', () => {
    // Ratios 0.5, 0.5, 0.5 and two near it.
    const [line, how] = said('wakeup.p99', { cfs: ms(10, 20, 30, 40, 50), eevdf: ms(5, 10, 15, 20.4, 24.5) });
    assert.equal(
      line,
      'eevdf has 50.0 % (49.1 to 50.9 %) lower p99 wakeup latency than cfs ' +
        '(15.0 ms against 30.0 ms); 5 of 5 repetitions',
    );
    assert.match(how, /^\(paired by seed; Student's t, .*; intervals of 95 %\)$/);
  });

  it('is that no difference can be shown, with how much there may be', () => {
    const [line] = said('throughput', { rr: [100, 110, 90], cfs: [101, 109, 90.5] });
    assert.match(
      line,
      /^no difference can be shown with 3 repetitions: .* cfs is 2\.\d+ % lower to 2\.\d+ % higher/,
    );
  });

  it('says nothing of one repetition, and what is the same', () => {
    assert.match(
      said('throughput', { rr: [100], cfs: [50] })[0],
      /^cfs has 50.0 % lower .* in one repetition, which shows/,
    );
    assert.equal(
      said('throughput', { rr: [100, 90], cfs: [100, 90] })[0],
      'cfs has the same throughput as rr (95.0 1/s)',
    );
    assert.deepEqual(said('misses', { rr: [0, 0], cfs: [0, 0] }), []);
  });

  it('counts what may be 0 by itself, and parts in points', () => {
    const lower = said('misses', { rr: [10, 12, 11, 10], cfs: [0, 0, 1, 0] })[0];
    assert.match(
      lower,
      /^cfs has 10.5 \(\d+\.\d+ to \d+\.\d+\) lower deadline misses than rr \(0.250 against 10.8\); 4 of 4/,
    );
    const higher = said('utilisation', { rr: [50, 51, 50, 51], cfs: [60, 61, 60, 61] })[0];
    assert.match(higher, /^cfs has 10.0 points higher utilisation than rr/);
  });

  it('has a correction for several comparisons', () => {
    const values = { rr: [10, 11, 12, 10.5], cfs: [9.5, 10.6, 11.5, 10.3], stride: [10, 11.2, 11.9, 10.6] };
    const { comparison } = outcome('throughput', values);
    const [cfs, stride] = comparison?.contrasts ?? [];
    assert.equal(cfs.adjusted, 2 * (cfs.logarithms?.p ?? 0));
    assert.equal(stride.adjusted, stride.logarithms?.p);
  });

  it('pairs only repetitions that there are: an experiment may have been stopped', () => {
    const whole = outcome('throughput', { rr: [1, 2, 3], cfs: [2, 4, 6] });
    const { comparison, warnings } = outcomeOf(whole.plan, whole.runs.slice(0, 5).reverse());
    assert.deepEqual([comparison?.contrasts[0].difference.count, comparison?.contrasts[0].mean], [2, 3]);
    assert.match(warnings[0], /^1 of 6 runs were not made/);
    // Without the second of the baseline the first and the third are left.
    const gap = outcomeOf(
      whole.plan,
      whole.runs.filter(({ index }) => index !== 1),
    );
    assert.deepEqual(
      [gap.comparison?.contrasts[0].difference.count, gap.comparison?.contrasts[0].mean],
      [2, 4],
    );
  });
});

describe('an outcome', () => {
  const values = { rr: ms(1, 2, 3), 'a policy with a very long name, indeed': ms(2, 3, 4), cfs: ms(1, 1, 1) };

  it('is a table as wide as the page, or several', () => {
    const text = outcomeText(outcome('wakeup.p99', values), 60);
    assert.ok(
      text.split('\n').every((line) => line.length <= 80),
      text,
    );
    assert.match(text, /^p99 wakeup latency +2.00 ± 2.48 ms$/m);
    assert.match(text, /^p99 wakeup latency +1.00 ms$/m);
  });

  it('is CSV in which commas and quotes are kept', () => {
    const csv = csvOf(outcome('wakeup.p99', values, 'say "a"'));
    assert.match(csv, /^4,1,1,"a policy with a very long name, indeed",run,,wakeup.p99,2000000,ns$/m);
    assert.match(csv, /^1,1,1,rr,task,"say ""a""",response.p99.9,5,ns$/m);
    assert.match(csv, /^1,1,1,rr,cpu,0,utilisation,60,%$/m);
  });

  it('is a page in which nothing can break out of its place', () => {
    const name = '<script>alert("x")</script>&';
    const origin = { command: `smplab "<b>"`, file: '<i>.ts', spec: '</pre><script>' };
    const page = reportHtml(outcome('wakeup.p99', { rr: ms(1, 2), [name]: ms(3, 4) }, name), origin);
    assert.doesNotMatch(page, /<script|<b>|<i>\.|NaN|undefined/);
    assert.match(page, /<svg [^]*<circle [^]*<rect /);
  });
});
