import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { top } from '../../src/programs/top.ts';
import { BOOT, fakeProc } from './fake-proc.ts';
import { inMachine } from './run-program.ts';

describe('top', () => {
  it('shows the machine and its busiest processes, as often as it is told to', () => {
    inMachine(
      function* (u, run) {
        yield* fakeProc(u, '/proc');
        const { out, status } = yield* run(top, '-d', '2', '-s', '1', '2');
        const [first, second] = out.split('\n\nload');
        assert.deepEqual(first.split('\n'), [
          'load averages: 0.25, 0.10, 0.05    up 1+02:03:04    Tue Sep 21 14:06:24 1993',
          '3 processes: 1 not waiting',
          'CPU states: 25.0% user, 0.0% nice, 25.0% system, 50.0% idle',
          'Memory: 4096K total, 3072K used, 1024K free',
          '',
          ...first.split('\n').slice(5),
        ]);
        assert.match(
          first,
          /\nPID USER TT {2}WCHAN +TIME +CPU COMMAND\n408 11 +con - +1:01.02 [\d.]+% cat\n 81 /,
        );
        assert.match(second, /\n408 11 +con - +1:01.02 0.0% cat\n 81 .* 0.0% sh -c ls\n$/);
        assert.equal(status, 0);
      },
      { boottime: BOOT },
    );
  });

  it('takes the place of the display before on a screen', () => {
    inMachine(
      function* (u, run) {
        yield* fakeProc(u, '/proc');
        const { out } = yield* run(top, '-d', '1');
        assert.ok(out.startsWith('\u001b[Hload averages') && out.endsWith('\u001b[K\n\u001b[J'), out);
      },
      { env: ['TERM=xterm'] },
    );
  });

  it('says what is wrong', () => {
    inMachine(function* (_u, run) {
      assert.match((yield* run(top)).err, /^top: \/proc: No such file/);
      assert.match((yield* run(top, '-s', '0')).err, /^usage: top/);
      assert.match((yield* run(top, '1', '2')).err, /^usage: top/);
    });
  });
});
