import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExperimentError, type ExperimentSpec, tryParts } from '@smplab/sched';
import { atPlace, loadSpec } from '../../src/farm/experiment-file.ts';
import type { ExperimentTarget } from '../../src/farm/experiment-task.ts';
import { Workshop } from '../smplab-process.ts';

const RIGHT = {
  name: 'as data',
  factors: { policy: ['rr', 'fifo'], cpus: [1, 2] },
  durationNs: 1e7,
  machine: { $: 'cpus' } as unknown,
  workload: { name: 'poisson', options: { ratePerS: 2000 } },
};

describe('the file of an experiment', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  const target = (text: string): ExperimentTarget => {
    const path = join(workshop.folder, 'x.json');
    writeFileSync(path, text);
    return { path, file: 'x.json', loader: '' };
  };

  /** Loads it, and makes its parts. */
  async function load(text: string): Promise<ExperimentSpec> {
    const place = target(text);
    try {
      const { spec, read } = await loadSpec(place);
      tryParts(spec, {}, read);
      return spec;
    } catch (error) {
      if (error instanceof ExperimentError) throw atPlace(place, error);
      throw error;
    }
  }

  const changed = (change: object): string => JSON.stringify({ ...RIGHT, ...change }, null, 2);

  it('may be data, with levels wherever one stands for a factor', async () => {
    assert.deepEqual(await load(JSON.stringify(RIGHT)), RIGHT);
  });

  it('says with line and column what is wrong with it', async () => {
    const cases: [string, string | RegExp][] = [
      [changed({ machin: 1 }), 'x.json:23:3: an experiment has no "machin"; did you mean "machine"?'],
      [changed({ durationNs: -1 }), 'x.json:13:3: durationNs is -1: a time in ns, from 0, is needed'],
      [
        changed({ warmupNs: { $: 'warmup' } }),
        /^x.json:23:3: warmupNs: { "\$": "warmup" }: there is no such factor/,
      ],
      [changed({ machine: 0 }), 'x.json:14:3: a machine of 0 CPUs: a whole number from 1 to 1024 is needed'],
      [changed({ machine: 'laptop' }), /^x.json:14:3: there is no machine "laptop": known are desktop/],
      [
        changed({
          machine: {
            cpus: [
              { core: 0, cache: 0 },
              { core: 0, cache: 1 },
            ],
          },
        }),
        /^x.json:14:3: machine: .* CPUs 0 and 1 are both of core 0, .* \(with policy=rr cpus=1\)$/,
      ],
      [changed({ costs: { ipiNs: -5 } }), 'x.json:24:5: costs.ipiNs is -5: a time in ns, from 0, is needed'],
      [changed({ costs: { ipi: 5 } }), /^x.json:24:5: costs has no "ipi": known are contextSwitchNs/],
      [changed({ policy: 'rrr' }), /^x.json:23:3: policy: there is no policy "rrr": known are rr, /],
      [changed({ workload: 'hackbenc' }), /^x.json:17:3: workload: there is no workload "hackbenc"/],
      [changed({ workload: { rtApp: 'none.json' } }), /^x.json:17:3: cannot read none.json: ENOENT/],
      [changed({ repetitions: 0 }), /^x.json:23:3: repetitions is 0: a whole number from 1/],
      [changed({ confidence: 95 }), /^x.json:23:3: confidence is 95: a number between 0 and 1/],
      [
        changed({ metrics: ['wakup.p99'] }),
        /^x.json:24:5: there is no metric "wakup.p99"; did you mean wakeup.p99/,
      ],
      [
        changed({ compare: { factor: 'cpu' } }),
        'x.json:24:5: compare.factor is "cpu": factors are policy, cpus',
      ],
      [
        changed({ compare: { factor: 'cpus', baseline: 4 } }),
        'x.json:25:5: compare.baseline is 4: levels are 1, 2',
      ],
      [
        changed({ factors: { policy: ['rr', 'rr'] } }),
        'x.json:4:5: factor "policy" has the level "rr" twice',
      ],
      [
        changed({ factors: {} }),
        'x.json:1:1: an experiment needs a policy: as "policy", or as a factor of that name',
      ],
      ['{ "name": "x",\n  "factors": }', 'x.json:2:14: "}" where a value is needed'],
      ['{ "name": "x"\n "seed": 1 }', /^x.json:2:2: /],
      ['[]', 'x.json: an experiment is an object: { name, factors, policy, workload, ... }'],
    ];
    for (const [text, message] of cases) await assert.rejects(load(text), { name: 'SpecRefused', message });
  });

  it('has the mistakes of an rt-app file with the place in that file', async () => {
    writeFileSync(join(workshop.folder, 'app.json'), '{ "tasks": { "a": {\n "jump": 5 } } }');
    const text = changed({ workload: { rtApp: 'app.json' } });
    await assert.rejects(load(text), /app.json:2:2: /);
  });
});
