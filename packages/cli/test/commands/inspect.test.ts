import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explore } from '@smplab/explore';
import { machineScenario, writeCrashDump } from '@smplab/machine';
import { inspect } from '../../src/commands/inspect.ts';
import { Workshop } from '../smplab-process.ts';

describe('smplab inspect', () => {
  const workshop = new Workshop();
  const path = join(workshop.folder, 'crash.kdump');
  before(() => {
    const dumper = machineScenario('dumps itself', { cpus: 2 }, function* (k) {
      writeCrashDump(path, k.context.kernel, { verdict: 'panic', message: 'lost count', cpu: 1 });
    });
    explore(dumper, { schedules: 1 });
  });
  after(() => workshop.remove());

  it('shows a crash dump, the reason first', async () => {
    const { status, stdout, stderr } = await workshop.smplab('inspect', 'crash.kdump');
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.match(stdout, /^panic: lost count\n {2}on cpu1\n\nmachine: 2 CPUs, .*\n\nCPUs\n/);
    assert.match(stdout, /\nthreads of cpu1\n.*\n {4}cpu1\/idle +\d+ +ready to idle /);
  });

  it('gives one JSON value, and only the parts asked for', async () => {
    const { stdout } = await workshop.smplab('inspect', 'crash.kdump', '--json', '--cpu', '1', '--threads');
    const value = JSON.parse(stdout) as { threads: { name: string }[]; tokens?: unknown };
    assert.deepEqual(
      value.threads.map(({ name }) => name),
      ['cpu1/idle'],
    );
    assert.equal(value.tokens, undefined);
  });

  it('refuses what it cannot read with one line and status 2', async () => {
    const good = readFileSync(path);
    writeFileSync(join(workshop.folder, 'cut.kdump'), good.subarray(0, good.length - 8));
    workshop.write('foreign.kdump', 'not a dump');
    for (const [name, why] of [
      ['cut.kdump', /bytes instead of/],
      ['foreign.kdump', /foreign file/],
      ['missing.kdump', /cannot read/],
    ] as const) {
      const { status, stdout, stderr } = await workshop.smplab('inspect', name);
      assert.deepEqual(
        { status, stdout, lines: stderr.trim().split('\n').length },
        { status: 2, stdout: '', lines: 1 },
      );
      assert.match(stderr, why);
    }
  });

  it('refuses a CPU the machine did not have', async () => {
    await assert.rejects(inspect(path, { cpu: 2 }), /there is no cpu2 in .*: the machine had cpu0 to cpu1/);
    await assert.rejects(inspect('/no/such/file', {}), /cannot read/);
  });

  it('has help with an example', async () => {
    const { status, stdout } = await workshop.smplab('inspect', '--help');
    assert.equal(status, 0);
    assert.match(stdout, /Example:\n {2}\$ smplab inspect crash\.kdump\n/);
  });
});
