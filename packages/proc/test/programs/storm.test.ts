import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { describe, it } from 'mocha';
import { processScenario } from '../../src/process-scenario.ts';
import { BIN_PROGRAMS } from '../../src/programs/programs.ts';
import { storm } from '../../src/programs/storm.ts';
import { inMachine } from './run-program.ts';

const LIMITS = {
  pageWords: 1024,
  vmPages: 4,
  maxproc: 64,
  maxprocPerUid: 60,
  strands: 200,
  memoryWords: 1 << 20,
};

/** Runs it in one schedule: how it ended, and its status. */
function outcome(kind: string): { verdict: string; message: string } {
  const scenario = processScenario(
    'storm',
    { cpus: 2, limits: LIMITS },
    {
      '/bin/test': {
        *main(u) {
          const { status } = yield* u.wait4(yield* u.fork('storm'));
          u.assert(status === 0, `it ends with status ${status}`);
        },
        *storm(u) {
          yield* u.execve('/bin/storm', ['storm', '-n', '1', '-w', kind]);
        },
      },
      ...BIN_PROGRAMS,
    },
  );
  const { verdict, message } = explore(scenario, {
    strategy: 'random',
    schedules: 1,
    shrink: false,
    maxSteps: 4_000_000,
  });
  return { verdict, message };
}

describe('storm', function () {
  this.timeout(120_000);

  // Rounds of groups and of ps are too long to be explored: they are for live machines.
  for (const kind of ['fork', 'exec']) {
    it(`finds every answer of the kernel right, and all memory given back: ${kind}`, () => {
      const { verdict, message } = outcome(kind);
      assert.equal(verdict, 'none', message);
    });
  }

  it('says what is wrong with its options', () => {
    inMachine(function* (_u, run) {
      const wrong: readonly (readonly [readonly string[], RegExp])[] = [
        [['-n', '0'], /^storm: a number above 0 is needed, not "0"/],
        [['-s', 'x'], /^storm: a number above 0 is needed, not "x"/],
        [['-w', 'fork,rain'], /^storm: kinds of workers are fork, exec, groups, ps/],
        [['hard'], /^storm: unexpected hard/],
      ];
      for (const [argv, said] of wrong) {
        const { err, status } = yield* run(storm, ...argv);
        assert.match(err, said);
        assert.match(err, /\nusage: storm /);
        assert.equal(status, 2);
      }
    });
  });
});
