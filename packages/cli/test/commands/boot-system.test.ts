import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/command-line.ts';
import { BINARY, type Outcome, Workshop } from '../smplab-process.ts';

describe('smplab boot without a file', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());
  const boot = (...args: string[]): Promise<Outcome> => workshop.smplab('boot', ...args);
  const piped = (lines: string): Promise<Outcome> =>
    workshop.run('sh', ['-c', `printf '${lines}' | ${process.execPath} ${BINARY} boot`]);

  it('runs a command line, and prints what it prints and nothing else', async () => {
    const { status, stdout, stderr } = await boot('-c', 'ps -ax -o pid,ppid,stat,command');
    assert.deepEqual([status, stderr], [0, '']);
    const shown = stdout.replace(/^ -1 .*\n/gm, '');
    assert.match(
      shown,
      /^PID PPID STAT COMMAND\n +0 +-1 [A-Z]0Ls \(kernel\)\n +1 +0 [A-Z]0Ls \(init\)\n +2 +1 R0s\+ ps -ax/,
    );
  });

  it('ends with the status of the command, and with it whatever it has started', async () => {
    const { status, stderr } = await boot('--verbose', '-c', 'sleep 100 & sleep 100 & exit 7');
    assert.equal(status, 7);
    assert.match(stderr, /^✓ halted "system"[^]* operations, /);
    assert.deepEqual(await boot('-c', 'foo'), { status: 127, stdout: 'sh: foo: not found\n', stderr: '' });
    assert.equal((await boot('--', 'sh', '-c', 'kill -9 $$')).status, 137);
  });

  it('takes lines from a pipe, to the last, without prompts', async () => {
    const { status, stdout } = await piped('echo one\\ncat\\na line\\n');
    assert.deepEqual([status, stdout], [0, 'one\na line\n']);
    const long = 'x'.repeat(700);
    assert.deepEqual((await piped(`echo ${long}\\nexit 4`)).stdout, `${long}\n`);
  });

  it('lets a storm of processes run on every CPU without an error, and without a trace', async () => {
    const { status, stdout, stderr } = await boot('--cpus', '2', '--', 'storm', '-n', '200');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^storm on 2 CPUs, [\d.]+ s\nprocess lives +\d+ +[\d,]+ a second$/m);
    assert.match(stdout, /^kernel memory +as before\nerrors +0$/m);
  });

  it('has files and /proc, at the time of the host', async () => {
    const { status, stdout, stderr } = await boot(
      '-c',
      'cd /; mkdir a; echo x >a/b; cat a/b /proc/self/status; ls -l a',
    );
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^x\ncat \d+ 2 2 2 12,255 ctty \d{10},\d+ .*\ntotal 1\n-rw-r--r-- .* b\n$/);
  });

  it('keeps snapshots of its processes in a directory for tools of the host', async () => {
    const place = join(workshop.folder, 'proc');
    const { status, stderr } = await boot('--export', place, '-c', 'sleep 4');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(readFileSync(join(place, '2', 'stat'), 'utf8'), /^2 \(sleep\) S 1 /);
  });

  it('gives one JSON value with what the console has shown', async () => {
    const { status, stdout } = await boot('--json', '-c', 'echo hello; exit 3');
    const value = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(
      [status, value['status'], value['console'], value['outcome']],
      [3, 3, 'hello\n', 'halted'],
    );
  });

  it('ends a machine that has no more time', async () => {
    const late = await boot('--time-limit', '1', '-c', 'sleep 100');
    assert.deepEqual(late, { status: 124, stdout: '', stderr: 'smplab: stopped after 1 s\n' });
  });

  it('refuses what makes no sense in one line', async () => {
    const refused = async (message: RegExp, ...args: string[]): Promise<void> => {
      await assert.rejects(run(['boot', ...args], '0'), { name: /Refusal|InputError/, message });
    };
    await refused(/-c needs a command line/, '-c', ' ');
    await refused(/a program is needed after --/, '--');
    await refused(/words after -- and -c: a machine runs one program/, '-c', 'ps', '--', 'ps');
    await refused(/"stress" and -c/, 'stress', '-c', 'ps');
    await refused(/the shell runs live/, '--driver', 'lockstep', '-c', 'ps');
    await refused(/--export is for the shell/, 'stress', '--export', 'x');
    await refused(/--scenario needs a file/, '--scenario', 'x', '-c', 'ps');
    await refused(
      /there is no fix switch "tea": known are .*enterpgrp-revalidate/,
      '--as-seed',
      'tea',
      '-c',
      'ps',
    );
  });
});
