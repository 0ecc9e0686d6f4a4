import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { outcomeOf } from '../../../src/experiment/outcome.ts';
import { planOf, runOf } from '../../../src/experiment/plan.ts';
import { reportHtml } from '../../../src/experiment/report/report.ts';
import type { ExperimentSpec } from '../../../src/experiment/spec.ts';

const read = (path: string): never => assert.fail(`nothing reads ${path}`);
const ORIGIN = { command: 'smplab experiment x.ts', file: 'x.ts', spec: 'the spec' };

function pageOf(spec: ExperimentSpec): string {
  const plan = planOf(spec, {});
  const results = plan.runs.map((run) => runOf(spec, {}, run, read));
  return reportHtml(outcomeOf(plan, results), ORIGIN);
}

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Where the texts of a picture are, for letters of an average width. */
function textsOf(svg: string): Box[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, given, text]) => {
    const of = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(given)?.[1] ?? '';
    const width = 6 * text.length;
    const x = Number(of('x'));
    const anchor = of('text-anchor');
    const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x;
    return { text, left, right: left + width, y: Number(of('y')) };
  });
}

const BASE = { name: 'drawn', repetitions: 2, machine: 2, durationNs: 2e7, workload: 'poisson' } as const;
const many = Array.from({ length: 12 }, (_, at) => ({ label: `level of a long name ${at}`, value: at }));

const SPECS: readonly ExperimentSpec[] = [
  {
    ...BASE,
    factors: { policy: ['rr', 'fifo'], machine: [1, 2, 4, 8] },
    workload: [
      { name: 'poisson', options: { ratePerS: 1000 } },
      { name: 'schbench', options: { work: { exponential: 1e6 } } },
    ],
  },
  { ...BASE, policy: 'rr' },
  {
    ...BASE,
    policy: 'rr',
    factors: { which: many },
    workload: { name: 'poisson', options: { ratePerS: 5000 } },
  },
  {
    ...BASE,
    policy: 'rr',
    factors: { load: Array.from({ length: 30 }, (_, at) => at / 10) },
    // Nobody there: nothing was measured, but of CPUs.
    workload: () => undefined,
  },
];

describe('the report of an experiment', () => {
  const pages = SPECS.map(pageOf);

  it('has pictures of metrics, distributions and tasks', () => {
    const [page] = pages;
    for (const part of [
      '<circle',
      '<polyline',
      '<rect',
      'class="whisker"',
      'Along the factors',
      'Distributions',
    ])
      assert.ok(page.includes(part), part);
    assert.ok(page.includes('<pre>smplab experiment x.ts</pre>') && page.includes('<pre>the spec</pre>'));
  });

  it('has no coordinate that is no number, and nothing outside of its picture', () => {
    for (const page of pages) {
      assert.doesNotMatch(page, /NaN|Infinity|undefined/);
      for (const [svg, width, height] of page.matchAll(/<svg viewBox="0 0 (\S+) (\S+)"[^]*?<\/svg>/g)) {
        for (const [, name, value] of svg.matchAll(/ (x|x1|x2|cx|y|y1|y2|cy)="([^"]+)"/g)) {
          const most = Number(name.startsWith('x') || name === 'cx' ? width : height);
          assert.ok(Number(value) >= 0 && Number(value) <= most, `${name}=${value} of ${most}`);
        }
        for (const { text, left, right } of textsOf(svg))
          assert.ok(left >= -8 && right <= Number(width) + 8, `${text} from ${left} to ${right}`);
      }
    }
  });

  it('has labels that do not overlap, for many levels and for long names', () => {
    for (const page of pages)
      for (const [svg] of page.matchAll(/<svg [^]*?<\/svg>/g)) {
        const texts = textsOf(svg);
        for (const [at, one] of texts.entries())
          for (const other of texts.slice(at + 1)) {
            const apart =
              other.left >= one.right || one.left >= other.right || Math.abs(one.y - other.y) >= 9;
            assert.ok(apart, `"${one.text}" and "${other.text}" overlap`);
          }
      }
  });

  it('is the same each time', () => assert.equal(pageOf(SPECS[0]), pages[0]));
});
