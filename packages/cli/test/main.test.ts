import assert from 'node:assert/strict';
import { BINARY, Workshop } from './smplab-process.ts';

describe('the process behind smplab', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('has help with an example for every command', async () => {
    const commands = [[], ['explore'], ['replay'], ['list'], ['bench'], ['demo']];
    const all = await Promise.all(commands.map((command) => workshop.smplab(...command, '--help')));
    for (const { status, stdout, stderr } of all) {
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^Usage: smplab/);
      assert.match(stdout, /Example:\n {2}\$ smplab /);
    }
  });

  it('says its version', async () => {
    const { status, stdout } = await workshop.smplab('--version');
    assert.equal(status, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('refuses in one line on stderr, with nothing on stdout', async () => {
    const calls = [
      ['explore', 'x.ts', '--schedules', '-1'],
      ['explore', 'x.ts', '--workers', '0'],
      ['--fast'],
      ['litmus'],
    ];
    const all = await Promise.all(calls.map((call) => workshop.smplab(...call)));
    for (const { status, stdout, stderr } of all) {
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^smplab: [^\n]+\n$/);
    }
  });

  it('does not mind a reader that has seen enough', async () => {
    const { stdout, stderr } = await workshop.run('/bin/sh', [
      '-c',
      `'${process.execPath}' '${BINARY}' list | head -n 1`,
    ]);
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr, '');
  });
});
