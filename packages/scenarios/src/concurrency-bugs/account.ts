/**
 * Owns `account`: a bank account whose checker expects the wrong balance. Rebuilt from SCTBench,
 * CS/account_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** Deposit of 2, withdrawal of 4 and a checker, each in one critical section; `main` joins none of them. */
export function accountBody({ check = true, fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const balance = s.cell('balance', 1);
    const deposited = s.cell('deposited', 0);
    const withdrawn = s.cell('withdrawn', 0);

    yield* s.spawn('checker', function* () {
      yield* m.lock();
      if ((yield* deposited.read()) !== 0 && (yield* withdrawn.read()) !== 0) {
        const seen = yield* balance.read();
        if (check) s.assert(seen === (fixed ? -1 : -5), 'the balance must add up after both bookings');
      }
      yield* m.unlock();
    });
    yield* s.spawn('deposit', function* () {
      yield* m.lock();
      yield* balance.write((yield* balance.read()) + 2);
      yield* deposited.write(1);
      yield* m.unlock();
    });
    yield* s.spawn('withdraw', function* () {
      yield* m.lock();
      yield* balance.write((yield* balance.read()) - 4);
      yield* withdrawn.write(1);
      yield* m.unlock();
    });
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/account_bad';

export default [
  scenario('account', accountBody(), {
    source,
    shows: 'An expectation that only fails when the checker runs after both bookings.',
    expected: 'assertion',
  }),
  scenario('account-fixed', accountBody({ fixed: true }), {
    source,
    shows: 'The checker expects the balance that the two bookings really leave.',
    expected: 'none',
  }),
];
