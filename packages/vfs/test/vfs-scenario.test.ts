import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { createMachine } from '@smplab/machine';
import type { VfsUserEntry } from '../src/vfs-scenario.ts';
import { vfsScenario } from '../src/vfs-scenario.ts';
import { contents, put } from './fixtures/vfs-program.ts';

describe('a scenario of programs that have file systems', () => {
  it('gives every process its own u, also after fork and exec', () => {
    const main: VfsUserEntry = function* (u) {
      yield* put(u, '/file', 'from the first');
      const pid = yield* u.fork('child');
      u.assert((yield* u.wait4(pid)).status === 0, 'the child is well');
      u.assert((yield* contents(u, '/file')) === 'from the other', 'what the other program has written');
    };
    const child: VfsUserEntry = function* (u) {
      yield* u.execve('/bin/other', ['other']);
    };
    const other: VfsUserEntry = function* (u) {
      u.assert((yield* contents(u, '/file')) === 'from the first', 'the same files');
      yield* put(u, '/file', 'from the other');
    };
    const programs = { '/bin/first': { main, child }, '/bin/other': { main: other } };
    const result = explore(vfsScenario('exec', {}, programs), { strategy: 'random', schedules: 20 });
    assert.equal(result.verdict, 'none', result.message);
  });

  it('takes fix switches of file systems, and refuses what is none', () => {
    const main: VfsUserEntry = function* (u) {
      u.assert((yield* u.getcwd()) === '/', 'the root');
    };
    const programs = { '/bin/test': { main } };
    const scenario = vfsScenario('switches', { asSeed: ['vfs-busy-sleeps'] }, programs);
    const result = explore(scenario, { strategy: 'random', schedules: 2 });
    assert.equal(result.verdict, 'none', result.message);
    assert.throws(() => vfsScenario('slip', { asSeed: ['vfs-slip'] }, programs), /vfs-slip/);
    assert.throws(() => vfsScenario('slip', { slip: 1 } as never, programs), /slip/);
  });

  it('shows the sizes of its pipes and sockets where it says how the machine is', () => {
    const main: VfsUserEntry = function* (u) {
      yield* u.exit(0);
    };
    const programs = { '/bin/test': { main } };
    const { options } = vfsScenario('sizes', { pipeBytes: 8, socketBytes: 16, securelevel: 1 }, programs);
    assert.deepEqual(options.descriptors, { pipeBytes: 8, socketBytes: 16 });
    assert.deepEqual(options['file systems'], { securelevel: 1 });
    assert.equal(vfsScenario('none', {}, programs).options.descriptors, undefined);
  });

  it('runs live, where processes on different CPUs use the same files and names', async () => {
    const lines: string[] = [];
    const machine = createMachine({
      cpus: 2,
      images: [{ module: new URL('fixtures/vfs-programs.mjs', import.meta.url).href }],
      timeLimitSeconds: 50,
      onLog: (_cpu, text) => lines.push(text),
    });
    const { outcome, message } = await machine.run();
    assert.equal(outcome, 'halted', message);
    assert.deepEqual(lines, ['180 lines']);
  });
});
