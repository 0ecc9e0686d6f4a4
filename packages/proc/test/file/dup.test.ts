import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EBADF, EBUSY } from '../../src/errno.ts';
import { sys_close, sys_dup, sys_dup2, sys_open } from '../../src/file/calls.ts';
import { actAs, passes } from '../table/fixtures/by-hand.ts';
import { allOf, equal, usersProgram } from '../cred/fixtures/users.ts';

const O_RDWR = 2;

/** What the threads got, by name; of the run that goes on. */
type Results = Record<string, number>;

/** Threads of one process, each of which makes a call; `judge` looks at what they got. */
function racing(
  calls: Readonly<Record<string, (k: Context) => Steps<number>>>,
  judge: (k: Context, results: Results) => Steps,
): ReturnType<typeof usersProgram> {
  const results: Results = {};
  const threads = Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      function* (k: Context, p: number): Steps {
        actAs(k, p);
        results[name] = yield* call(k);
      },
    ]),
  );
  const names = Object.keys(calls);
  return usersProgram(names.join(' and '), { cpus: names.length, threads }, function* (k, { root }) {
    equal(k, yield* sys_open(k, '/dev/null', O_RDWR), 0, 'the first descriptor');
    yield* allOf(k, names, root);
    yield* judge(k, results);
  });
}

describe('duplicating a descriptor', () => {
  it('gives a number to one of an open and a dup2 that want it, and loses no file', () => {
    const program = racing(
      { opens: (k) => sys_open(k, '/dev/null'), dup2: (k) => sys_dup2(k, 0, 1) },
      function* (k, { opens, dup2 }) {
        // Reserved by the open, taken by dup2 before it, or replaced after it.
        equal(k, [1, -EBUSY].includes(dup2), true, `dup2 gives ${dup2}`);
        equal(k, dup2 === 1 ? [1, 2].includes(opens) : opens === 1, true, `open gives ${opens}`);
        equal(k, yield* sys_close(k, 1), 0, 'it is open');
      },
    );
    passes(program, { schedules: 300 });
  });

  it('finds the old descriptor open or closed, and gives what it found', () => {
    const program = racing(
      {
        closes: (k) => sys_close(k, 0),
        dup: (k) => sys_dup(k, 0),
        dup2: (k) => sys_dup2(k, 0, 5),
      },
      function* (k, { closes, dup, dup2 }) {
        equal(k, closes, 0, 'close');
        // Closed in time, the number it takes is free again.
        equal(k, [0, 1, -EBADF].includes(dup), true, `dup gives ${dup}`);
        equal(k, [5, -EBADF].includes(dup2), true, `dup2 gives ${dup2}`);
        if (dup >= 0) equal(k, yield* sys_close(k, dup), 0, 'the duplicate is open');
        equal(k, yield* sys_close(k, 5), dup2 === 5 ? 0 : -EBADF, 'the other duplicate');
      },
    );
    passes(program, { schedules: 300 });
  });
});
