import { L } from '../../src/table/lwp.ts';
import { P, PLOCK_ZOMB } from '../../src/table/proc.ts';
import { complains, add, set } from './complaint.ts';

describe('I6: holds', () => {
  it('have bounds at any time', () => {
    complains(false, [
      [
        set(
          (t) => t.p(3) + P.p_lock,
          () => -1,
        ),
        /^I6: process 3\.p_lock: expected 0 holds or more, found 0xffffffff/,
      ],
      [
        set(
          (t) => t.p(3) + P.p_lock,
          () => 0x1fffffff,
        ),
        /^I6: process 3\.p_lock: expected 0 holds or more/,
      ],
      [
        set(
          (t) => t.p(3) + P.p_lock,
          () => PLOCK_ZOMB + 1,
        ),
        /^I6: process 3\.p_lock with PLOCK_ZOMB: expected p_stat 4, found 2/,
      ],
      [
        set(
          (t) => t.p(6) + P.p_lock,
          () => PLOCK_ZOMB,
        ),
        /^I6: process 6\.p_lock with PLOCK_ZOMB: expected the hold of its owner, found no hold/,
      ],
      [
        set(
          (t) => t.lwp(3) + L.lwp_lock,
          () => -1,
        ),
        /^I6: process 3\/1\.lwp_lock: expected 0 holds or more, found -1/,
      ],
    ]);
    complains(
      false,
      [
        [
          set(
            (t) => t.p(6) + P.p_lock,
            () => PLOCK_ZOMB,
          ),
          /nothing is wrong/,
        ],
      ],
      ['reap-keeps-hold'],
    );
  });

  it('are none at quiescence, but those of lwps that have left', () => {
    complains(true, [
      [
        set(
          (t) => t.p(3) + P.p_lock,
          () => 3,
        ),
        /^I6: process 3\.p_lock: expected 0 holds, found 3/,
      ],
      [
        set(
          (t) => t.p(6) + P.p_lock,
          () => 0,
        ),
        /^I6: process 6\.p_lock: expected 1 holds, found 0/,
      ],
      [
        set(
          (t) => t.p(6) + P.p_lock,
          () => PLOCK_ZOMB + 1,
        ),
        /^I6: process 6\.p_lock: expected no PLOCK_ZOMB/,
      ],
      [add((t) => t.lwp(3) + L.lwp_lock), /^I6: process 3\/1\.lwp_lock: expected 0 holds, found 1/],
    ]);
  });
});
