import { describe, it } from 'mocha';
import type { User } from '../../src/user/user.ts';
import { explored } from './text-program.ts';

/** Two that run in one address space add 1 to a word each, in the way that `add` says. */
const counter = (add: string): string => `
  main: li r1, 0x34               ; RFPROC | RFMEM | RFFDG
        sys rfork
        mov r9, r0
        ${add}
        li r2, 0
        beq r9, r2, child
        mov r1, r9
        li r3, 0
        li r4, 0
        sys wait4
        ld r1, count
        sys exit
  child: li r1, 0
        sys exit
  .data
  count: .word 0
  lock:  .word 0`;

const RACY = `
  ld r1, count
  add r1, r1, 1
  st r1, count`;
const LOCKED = `
  take: li r1, 1
        xchg r1, lock
        li r2, 0
        beq r1, r2, taken
        sys sched_yield
        jmp take
  taken: ${RACY}
        xchg r2, lock`;

const JUDGE = {
  *main(u: User) {
    const pid = yield* u.fork('child');
    const { status } = yield* u.wait4(pid);
    u.assert(status === 2 << 8, `both count: status ${status}`);
  },
  *child(u: User) {
    yield* u.execve('/bin/counter');
  },
};

describe('two text programs in one address space', () => {
  it(
    'lose an update of a word that they load, change and store',
    explored(
      'racy',
      JUDGE,
      { '/bin/counter': counter(RACY) },
      {
        strategy: 'random',
        schedules: 2000,
        expects: 'assertion',
      },
    ),
  );

  it(
    'lose none behind a lock that they take with xchg',
    explored('locked', JUDGE, { '/bin/counter': counter(LOCKED) }, { schedules: 200 }),
  );
});
