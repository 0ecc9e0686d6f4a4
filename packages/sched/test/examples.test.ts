import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type Experiment, type ExperimentSpec, planOf, runOf } from '@smplab/sched';
import { describe, it } from 'mocha';

const EXAMPLES = new URL('../examples/', import.meta.url);
const NAMES = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));

interface Shorter {
  readonly durationNs?: number;
  readonly warmupNs?: number;
}

/** One run of an example with these levels, shorter perhaps: its values. */
async function run(
  beginning: string,
  levels: Readonly<Record<string, string | number | boolean>>,
  shorter: Shorter = {},
): Promise<Readonly<Record<string, number | null>>> {
  const file = NAMES.find((name) => name.startsWith(beginning)) ?? '';
  const { default: example } = (await import(new URL(file, EXAMPLES).href)) as { default: Experiment };
  const spec: ExperimentSpec = { ...example.spec, ...shorter };
  const only = Object.fromEntries(Object.entries(levels).map(([factor, level]) => [factor, [String(level)]]));
  const overrides = { repetitions: 1, only };
  const { runs } = planOf(spec, overrides);
  assert.equal(runs.length, 1, JSON.stringify(levels));
  const { values, findings } = runOf(spec, overrides, runs[0], () => '');
  assert.deepEqual(findings, []);
  return values;
}

type Levels = Parameters<typeof run>[1];

async function valueOf(
  beginning: string,
  levels: Levels,
  metric: string,
  shorter?: Shorter,
): Promise<number> {
  const value = (await run(beginning, levels, shorter))[metric];
  assert.ok(value !== null && value !== undefined, metric);
  return value;
}

describe('the gallery', function () {
  this.timeout(30_000);

  it('has ten experiments, each with its report and its paragraph', () => {
    assert.equal(NAMES.length, 10);
    const paragraphs = readFileSync(new URL('README.md', EXAMPLES), 'utf8');
    for (const name of NAMES) {
      assert.ok(paragraphs.includes(`](${name}) | `), name);
      const report = readFileSync(new URL(`reports/${name.replace('.ts', '.html')}`, EXAMPLES), 'utf8');
      assert.ok(report.includes(`smplab experiment packages/sched/examples/${name}`), name);
    }
  });

  it('shows what four queues cost in place of one', async () => {
    const response = (queues: string): Promise<number> =>
      valueOf('01', { queues, load: 0.8 }, 'response.mean', { durationNs: 4e9 });
    const ratio = (await response('one each')) / (await response('one'));
    assert.ok(ratio > 2.3 && ratio < 3.4, String(ratio));
  });

  it('shows that CFS credits sleepers, EEVDF lets them wait for a slice, round robin for turns', async () => {
    const latency = (policy: string): Promise<number> =>
      valueOf('02', { policy, hogs: 8 }, 'interactive-p99', { durationNs: 1.5e9 });
    const [cfs, eevdf, rr] = [await latency('cfs'), await latency('eevdf'), await latency('rr')];
    assert.ok(cfs < 1e5 && eevdf > 1e6 && eevdf < 4.5e6 && rr > 1e7, `${cfs} ${eevdf} ${rr}`);
  });

  it("shows fork storms that both of DragonFly's schedulers get done, and how much they move", async () => {
    const levels = (policy: string): Levels => ({ policy, parents: 1 });
    const [bsd4, dfly] = [await run('03', levels('bsd4')), await run('03', levels('dfly'))];
    assert.ok(Number(dfly['response.mean']) > Number(bsd4['response.mean']));
    assert.ok(Number(dfly['migrations']) > 3 * Number(bsd4['migrations']));
  });

  it('shows that 256 tokens scale where one does not', async () => {
    const rate = (tokens: number, cpus: number): Promise<number> =>
      valueOf('04', { tokens, cpus }, 'lookups rate', { durationNs: 2_500_000 });
    assert.ok((await rate(1, 32)) < (await rate(1, 4)));
    assert.ok((await rate(256, 32)) > 7.5 * (await rate(256, 4)));
  });

  it('shows that readers starve a writer, and do not any more', async () => {
    const rate = (kernel: string): Promise<number> =>
      valueOf('05', { kernel, readers: 7 }, 'writes rate', { durationNs: 3e6 });
    assert.equal(await rate('2017-09'), 0);
    assert.ok((await rate('2017-10')) > 40_000);
  });

  it('shows that messages list processes faster than moving about, and what one lock costs', async () => {
    const shorter = { durationNs: 3e6, warmupNs: 1.5e6 };
    const of = (scan: string): ReturnType<typeof run> => run('06', { scan, ps: true, cpus: 4 }, shorter);
    const [migrates, messages, lock] = [await of('migrates'), await of('messages'), await of('one lock')];
    assert.ok(Number(messages['scan mean']) < 0.95 * Number(migrates['scan mean']));
    assert.ok(Number(lock['lives rate']) < 0.85 * Number(messages['lives rate']));
  });

  it('shows the knee of forks that wait for numbers', async () => {
    const shorter = { durationNs: 6e9, warmupNs: 4e9 };
    const rate = (delay: number): Promise<number> =>
      valueOf('07', { delay, rate: 200 }, 'lives rate', shorter);
    assert.ok(Math.abs((await rate(0)) - 200) < 2);
    assert.ok(Math.abs((await rate(1)) - 128) < 3);
  });

  it('shows two groups with one id in the kernel of the seed only', async () => {
    const share = (kernel: string): Promise<number> =>
      valueOf('08', { kernel, 'memory us': 10 }, 'wrong pipelines share', { durationNs: 6e6 });
    assert.ok((await share('as seed')) > 4);
    assert.equal(await share('fixed'), 0);
  });

  it('shows the resets of Pathfinder, and what ends them', async () => {
    const misses = (lock: string): Promise<number> => valueOf('09', { lock }, 'misses', { durationNs: 3e9 });
    assert.ok((await misses('none')) >= 4);
    assert.equal(await misses('inherit'), 0);
    assert.equal(await misses('ceiling'), 0);
    assert.ok((await misses('token')) >= 4);
  });

  it('shows cores that are wasted by averages', async () => {
    const time = (balancer: string): Promise<number> => valueOf('10', { balancer, files: 192 }, 'build time');
    assert.ok((await time('average')) > 1.1 * (await time('minimum')));
  });
});
