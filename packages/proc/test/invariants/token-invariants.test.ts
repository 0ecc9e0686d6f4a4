import { TD } from '@smplab/lwkt';
import { TOK_EXCLUSIVE, TOK_INCR, T_COUNT, T_REF } from '@smplab/token';
import { P } from '../../src/table/proc.ts';
import { TestTable } from './table-builder.ts';
import { complains, add, set, hold } from './complaint.ts';

describe('I1, I2, I4: tokens', () => {
  const token = (t: TestTable): number => t.p(3) + P.p_token;

  it('agree while threads hold some', () => {
    complains(false, [
      [(t) => hold(t, t.threads.get(1)!, token(t), true), /nothing is wrong/],
      [
        (t) => {
          for (const pid of [1, 2]) hold(t, t.threads.get(pid)!, token(t), false);
        },
        /nothing is wrong/,
      ],
      [
        (t) => {
          hold(t, t.threads.get(1)!, token(t), true);
          hold(t, t.threads.get(1)!, token(t), false);
        },
        /nothing is wrong/,
      ],
    ]);
  });

  it('are counted too often, too rarely, or by nobody', () => {
    complains(false, [
      [add((t) => token(t) + T_COUNT, TOK_INCR), /^I1: token \d+\.t_count: expected 0 counted, found 1/],
      [
        (t) => {
          for (const each of [token(t), t.p(2) + P.p_token]) hold(t, t.threads.get(1)!, each, false);
          t.words[token(t) + T_COUNT] = 0;
        },
        /^I1: token \d+\.t_count: expected 1 counted, found 0/,
      ],
      [
        set(
          (t) => token(t) + T_REF,
          () => 5,
        ),
        /^I1: token \d+\.t_count: expected EXCLUSIVE, for t_ref is set, found 0/,
      ],
      [
        (t) => {
          t.words[token(t) + T_REF] = 5;
          t.words[token(t) + T_COUNT] = TOK_EXCLUSIVE;
        },
        /^I1: token \d+\.t_ref: expected a reference of a thread to it, found word 5/,
      ],
    ]);
    complains(true, [
      [
        set(
          (t) => token(t) + T_COUNT,
          () => TOK_EXCLUSIVE,
        ),
        /^I1: token \d+\.t_ref: expected the exclusive owner, found 0/,
      ],
    ]);
  });

  it('are held beside an exclusive holder, or by one that is switched out', () => {
    complains(false, [
      [
        (t) => {
          hold(t, t.threads.get(1)!, token(t), true);
          hold(t, t.threads.get(2)!, token(t), false);
        },
        /^I2: token \d+: counted beside thread p1: expected 0 at most, found 1/,
      ],
      [
        (t) => {
          const td = t.threads.get(1)!;
          hold(t, td, token(t), true);
          t.words[td + TD.td_flags] = 0;
        },
        /^I4: token \d+\.t_ref: expected no thread that is switched out, found thread p1/,
      ],
    ]);
  });
});
