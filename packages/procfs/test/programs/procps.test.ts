import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { procps } from '../../src/programs/procps.ts';
import { BOOT, fakeProc } from './fake-proc.ts';
import { inMachine } from './run-program.ts';

describe('procps', () => {
  it('shows the processes of a tree, all or some', () => {
    inMachine(
      function* (u, run) {
        yield* fakeProc(u, '/p');
        const heading = 'USER PID PPID PGID SID TT  WCHAN STARTED         TIME COMMAND';
        const init = 'root   1    0    0   0 ??  wait  Sep 21 14:06 0:00.01 (init)';
        assert.deepEqual((yield* run(procps, '-d', '/p')).out.split('\n'), [
          heading,
          init,
          '11    81    1   81  81 v0  ttyin Sep 21 14:06 0:03.75 sh -c ls',
          '11   408   81  400  81 con -     Sep 21 14:11 1:01.02 cat',
          '',
        ]);
        assert.match((yield* run(procps, '-d', '/p', '1', '99')).out, /COMMAND\nroot .*\(init\)\n$/);
      },
      { boottime: BOOT },
    );
  });

  it('says what is wrong', () => {
    inMachine(function* (u, run) {
      assert.deepEqual(yield* run(procps), {
        out: '',
        err: 'procps: /proc: No such file or directory\n',
        status: 1,
      });
      assert.match((yield* run(procps, 'x')).err, /^usage: procps/);
      yield* fakeProc(u, '/p');
      assert.equal((yield* run(procps, '-d', '/p', '99')).status, 1);
    });
  });
});
