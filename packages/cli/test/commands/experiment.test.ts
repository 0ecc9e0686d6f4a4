import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, readTraceFile } from '@smplab/trace';
import { type Outcome, Workshop } from '../smplab-process.ts';

const SPEC = `import { experiment } from '@smplab/sched';
export default experiment({
  name: 'two hogs',
  factors: { policy: ['rr', 'stride'], hogs: [1, 3] },
  repetitions: 3,
  machine: 1,
  durationNs: 5e7,
  workload(host, levels) {
    const random = host.random('hogs');
    for (let left = levels.hogs; left > 0; left--)
      host.spawn({
        name: 'hog',
        *program(t) { for (;;) { yield t.compute(random.exponential(1e6)); yield t.sleep(1e5); } },
      });
  },
});
`;

const JSON_SPEC = {
  name: 'as data',
  factors: { kind: ['rr', { label: 'stride 1 ms', value: { name: 'stride', options: { quantumNs: 1e6 } } }] },
  repetitions: 2,
  durationNs: 5e7,
  machine: 1,
  policy: { $: 'kind' },
  workload: { name: 'poisson', options: { ratePerS: 2000, service: { exponential: 4e5 } } },
};

interface Json {
  readonly cells: { levels: object; metrics: Record<string, { mean: number } | null> }[];
  readonly comparison: { factor: string; contrasts: { verdict: string }[] };
  readonly runs: { seed: number }[];
}

describe('smplab experiment', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  const refused = ({ status, stdout, stderr }: Outcome, text: RegExp): void => {
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, /^smplab: [^\n]*\n$/);
    assert.match(stderr, text);
  };

  before(() => {
    workshop.write('two.ts', SPEC);
    workshop.write('data.json', JSON.stringify(JSON_SPEC, null, 2));
  });

  it('shows figures, and what differs, in words; and writes a report and a trace', async () => {
    const files = ['--report', 'out', '--trace', 'first.trace'];
    const { status, stdout, stderr } = await workshop.smplab('experiment', 'two.ts', ...files);
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      /^wrote first.trace: policy=rr hogs=1, seed 1; for a timeline: .*export first.trace /m,
    );
    const trace = readTraceFile(readFileSync(join(workshop.folder, 'first.trace'), 'utf8'));
    assert.deepEqual(checkTrace(trace), []);
    assert.ok(trace.events.filter(({ kind }) => kind === 'switch').length > 50);
    assert.match(stdout, /^two hogs: 12 runs, 3 of each combination, seed 1\n/);
    assert.match(stdout, /policy=rr hogs=1 +policy=rr hogs=3/);
    assert.match(stdout, /^utilisation .* %/m);
    assert.match(stdout, /(has|no difference can be shown)/);
    assert.match(stderr, /^smplab: 3 repetitions say little: 5 at least are advisable$/m);
    assert.match(stderr, /^wrote out\/report.html, out\/data.csv, out\/two.ts$/m);
    const page = readFileSync(join(workshop.folder, 'out/report.html'), 'utf8');
    assert.match(page, /experiment two.ts --report out<\/pre>/);
    assert.doesNotMatch(page, /NaN|undefined|https?:|<script|Infinity/);
    assert.equal(readFileSync(join(workshop.folder, 'out/two.ts'), 'utf8'), SPEC);
    assert.match(
      readFileSync(join(workshop.folder, 'out/data.csv'), 'utf8'),
      /^run,repetition,seed,policy,hogs,/,
    );
  });

  it('takes data, and makes only what is asked for', async () => {
    const only = ['--only', 'kind=stride 1 ms', '--seed', '9', '--repetitions', '1', '--duration', '0.01'];
    const { status, stdout } = await workshop.smplab('experiment', '--csv', ...only, 'data.json');
    assert.equal(status, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.ok(lines.every((text) => /^(run|1,1,9,stride 1 ms),/.test(text)));
    assert.ok(lines.some((text) => text.includes('run,,response.p99,')));
  });

  it('prints the same bytes for any number of workers', async () => {
    const hashes: string[] = [];
    const answers = ['1', '2', '4'].map((workers) =>
      workshop.smplab('experiment', 'two.ts', '--json', '--workers', workers),
    );
    for (const { stdout } of await Promise.all(answers)) {
      hashes.push(createHash('sha256').update(stdout).digest('hex'));
      const { cells, runs, comparison } = JSON.parse(stdout) as Json;
      assert.deepEqual([cells.length, comparison.factor], [4, 'policy']);
      // The same seeds for all levels.
      assert.equal(runs.map(({ seed }) => seed).join(' '), '1 2 3 1 2 3 1 2 3 1 2 3');
    }
    assert.deepEqual(hashes, [hashes[0], hashes[0], hashes[0]]);
  });

  it('ends with 1 for a task that starves, and gives the command that makes that run alone', async () => {
    const starving = SPEC.replace("['rr', 'stride']", "['rr', 'fifo']").replace(
      'yield t.compute(random.exponential(1e6)); yield t.sleep(1e5);',
      'yield t.compute(1e6);',
    );
    workshop.write('starving.ts', starving);
    const { status, stdout } = await workshop.smplab('experiment', 'starving.ts', '--only', 'hogs=3');
    assert.equal(status, 1);
    const found = /✗ starvation in policy=fifo hogs=3, repetition 1, seed 1: task "hog" waited 50/;
    assert.match(stdout, found);
    const command = /only this run: node \S+ (.*)$/m.exec(stdout)?.[1] ?? '';
    const again = await workshop.smplab(...command.split(' '));
    assert.equal(again.status, 1);
    assert.match(again.stdout, found);
  });

  it('says what is wrong: in data with line and column, in code with the line', async () => {
    workshop.write(
      'wrong.json',
      JSON.stringify({ ...JSON_SPEC, machine: { cpus: [{ speed: -1 }] } }, null, 2),
    );
    const wrong = await workshop.smplab('experiment', 'wrong.json');
    refused(wrong, /^smplab: wrong.json:19:3: machine: topology "machine", CPU 0: speed is -1/);
    workshop.write('throws.ts', SPEC.replace('levels.hogs;', 'levels.hogs.length.x;'));
    refused(await workshop.smplab('experiment', 'throws.ts'), /throws.ts:10: TypeError/);
    workshop.write('exits.ts', SPEC.replace('const random', 'process.exit(5); const random'));
    refused(await workshop.smplab('experiment', 'exits.ts'), /exits.ts ended its worker thread: /);
  });

  it('ends at Ctrl-C with what was found so far', async () => {
    const long = SPEC.replace('repetitions: 3', 'repetitions: 3000').replace('5e7', '5e8');
    workshop.write('long.ts', long.replace('host, levels) {', "host, levels) { console.error('begun');"));
    const [command, args] = workshop.command('experiment', 'long.ts', '--json');
    let isSent = false;
    const { status, stdout, stderr } = await workshop.run(command, args, (_text, child) => {
      if (!isSent) child.kill('SIGINT');
      isSent = true;
    });
    assert.equal(status, 0, stderr);
    assert.ok((JSON.parse(stdout) as Json).runs.length < 12_000);
    assert.match(stderr, /^smplab: interrupted; this is what was found so far$/m);
  });
});
