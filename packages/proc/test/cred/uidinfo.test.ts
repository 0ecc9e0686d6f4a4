import type { Context, Steps } from '@smplab/lwkt';
import { chgproccnt, uidrop, uifind } from '../../src/cred/uidinfo.ts';
import { UI } from '../../src/cred/ucred.ts';
import { all, check, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, usersProgram } from './fixtures/users.ts';

function* finds(k: Context): Steps {
  const ui = yield* uifind(k, 7);
  check(k, k.get(ui + UI.ui_uid) === 7, 'the entry of the user');
  yield* uidrop(k, ui);
}

describe('entries of users', () => {
  it('are one for each user, found and dropped at once', () => {
    const threads = { finds, also: finds };
    passes(
      usersProgram('two', { cpus: 2, threads }, function* (k) {
        yield* allOf(k, ['finds', 'also']);
      }),
      all(1),
    );
    passes(
      usersProgram('three', { cpus: 3, threads: { ...threads, third: finds } }, function* (k) {
        yield* allOf(k, ['finds', 'also', 'third']);
      }),
      { schedules: 400 },
    );
  });

  it('are the same for who holds one', () => {
    runs(
      usersProgram('same', {}, function* (k) {
        const one = yield* uifind(k, 7);
        const other = yield* uifind(k, 7);
        // Of the same head of the hash.
        const third = yield* uifind(k, 7 + 16);
        equal(k, [one === other, one === third], [true, false], 'one entry for each user');
        for (const ui of [third, one, other]) yield* uidrop(k, ui);
      }),
    );
  });

  it('count processes up to a limit', () => {
    runs(
      usersProgram('limit', {}, function* (k) {
        const ui = yield* uifind(k, 7);
        equal(k, yield* chgproccnt(k, ui, 1, 2), true, 'the first');
        equal(k, yield* chgproccnt(k, ui, 1, 2), true, 'the second');
        equal(k, yield* chgproccnt(k, ui, 1, 2), false, 'one too many');
        equal(k, yield* chgproccnt(k, ui, 1, 0), true, 'without a limit');
        equal(k, yield* chgproccnt(k, ui, -3, 1), true, 'fewer is always right');
        equal(k, k.peek(ui + UI.ui_proccnt), 0, 'the count');
        yield* uidrop(k, ui);
      }),
    );
  });
});
