import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTrace, readTraceFile } from '@smplab/trace';
import { Workshop } from '../smplab-process.ts';

const SOURCE = `
import { machineScenario, type KernelApi } from '@smplab/machine';
export const small = machineScenario('small', { cpus: 2, threads: { w: function* (k: KernelApi, n: number) {
  k.log('got ' + n);
  k.assert(n < 5, 'n is small');
} } }, function* (k) {
  yield* k.join(yield* k.lwkt_create('w', { cpu: 1, args: [4] }));
});
export const large = machineScenario('large', { cpus: 2, threads: { w: small.given.threads!.w } },
function* (k) {
  yield* k.join(yield* k.lwkt_create('w', { cpu: 1, args: [7] }));
});
`;

const PROCESSES = `
import { processScenario } from '@smplab/proc';
export const prints = processScenario('prints', { cpus: 2 }, { '/bin/sh': { *main(u) {
  yield* u.print('from process ' + (yield* u.getpid()));
} } });
export const fails = processScenario('fails', { cpus: 2 }, { '/bin/sh': {
  *main(u) {
    const pid = yield* u.fork('child', 7);
    yield* u.setpgid(pid, pid);
    const { status } = yield* u.wait4(pid);
    u.assert(status >> 8 === 8, 'the child exits with 8');
  },
  *child(u, code: number) { yield* u.exit(code); },
} });
export const computes = processScenario('computes', { cpus: 2 }, { '/bin/sh': { *main(u) {
  yield* u.getpid();
  for (;;);
} } });
`;

describe('smplab boot', () => {
  const workshop = new Workshop();
  const smplab = (...args: string[]): ReturnType<Workshop['smplab']> => workshop.smplab(...args);
  const file = workshop.write('program.ts', SOURCE);
  const processes = workshop.write('processes.ts', PROCESSES);
  after(() => workshop.remove());

  it('runs a program of a file, and prints what each CPU did', async () => {
    const { status, stdout, stderr } = await smplab('boot', file, '--scenario', 'small');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^✓ halted "small": all threads have ended/);
    assert.match(stdout, /\n +cpu +thread +operations/);
    assert.match(stderr, /cpu1: got 4/);
  });

  it('ends with 1 for a machine that failed, and says how to inspect its dump', async () => {
    const { status, stdout } = await smplab('boot', file, '--scenario', 'large');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ assertion "large": n is small/);
    assert.match(stdout, /inspect: .*inspect .*smplab-crash-large\.kdump/);
  });

  it('runs one schedule under explore and lockstep with the same hash', async () => {
    const hashes: unknown[] = [];
    for (const driver of ['explore', 'lockstep']) {
      const { status, stdout } = await smplab(
        'boot',
        file,
        '--scenario',
        'small',
        '--driver',
        driver,
        '--json',
      );
      assert.equal(status, 0);
      hashes.push((JSON.parse(stdout) as { traceHash: unknown }).traceHash);
    }
    assert.equal(hashes[0], hashes[1]);
  });

  it('runs in virtual time under simulate, the same every time, and records it', async () => {
    const traced = join(workshop.folder, 'small.trace');
    const run = (): ReturnType<typeof smplab> =>
      smplab('boot', file, '--scenario', 'small', '--driver', 'simulate', '--json', '--trace', traced);
    const [first, second] = [await run(), await run()];
    assert.equal(first.status, 0);
    assert.equal(second.stdout, first.stdout);
    const { driver, runSeconds } = JSON.parse(first.stdout) as { driver: string; runSeconds: number };
    assert.equal(driver, 'simulate');
    assert.ok(runSeconds > 0 && runSeconds < 0.001, String(runSeconds));
    assert.deepEqual(checkTrace(readTraceFile(readFileSync(traced, 'utf8'))), []);
    const refused = await smplab(
      'boot',
      file,
      '--scenario',
      'small',
      '--driver',
      'explore',
      '--trace',
      traced,
    );
    assert.equal(refused.status, 2);
  });

  it('runs a scenario of processes, and shows what their console shows', async () => {
    const { status, stdout, stderr } = await smplab('boot', processes, '--scenario', 'prints');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^from process 2\n✓ halted "prints"/);
  });

  it('leaves a dump in which inspect finds the processes and their groups', async () => {
    const live = await smplab('boot', processes, '--scenario', 'fails');
    assert.match(live.stdout, /^✗ assertion "fails": the child exits with 8/);
    const { stdout } = await smplab('inspect', 'smplab-crash-fails.kdump', '--processes', '--pgrpdump');
    assert.match(stdout, /^ +pid +ppid +pgid +sid +stat +lwps +p_lock +wmesg +comm +flags$/m);
    assert.match(stdout, /^ +2 +1 +2 +2 +SACTIVE +1 +\d+ +- +sh +CONTROLT$/m);
    assert.match(stdout, /^\tpgrp 0x[0-9a-f]+, pgid 1, sess/m);
  });

  it('names a program that reaches no operation', async () => {
    const { status, stdout } = await smplab('boot', processes, '--scenario', 'computes');
    assert.equal(status, 1);
    assert.match(stdout, /^✗ panic "computes": cpu0 reached no operation for 1\.5 s: thread main computes/);
  });

  it('has a stress of the kernel built in', async () => {
    const { status, stdout } = await smplab('boot', 'stress', '--cpus', '2', '--time-limit', '0.3');
    assert.equal(status, 0);
    assert.match(stdout, /^✓ halted "stress"[^]* operations, [\d,]+ a second$/m);
  });

  it('refuses what makes no sense in one line', async () => {
    const refused = async (reason: RegExp, ...args: string[]): Promise<void> => {
      const { status, stdout, stderr } = await smplab(...args);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^smplab: [^\n]*\n$/);
      assert.match(stderr, reason);
    };
    await refused(/--scenario: "(large|small)", "(large|small)"/, 'boot', file);
    await refused(/has no machine scenario "huge"/, 'boot', file, '--scenario', 'huge');
    await refused(/from 1 to 64/, 'boot', '--cpus', '65');
    await refused(/there is no fix switch "tea"/, 'boot', '--as-seed', 'tea');
    await refused(/there is no file/, 'boot', 'nowhere.ts');
  });
});
