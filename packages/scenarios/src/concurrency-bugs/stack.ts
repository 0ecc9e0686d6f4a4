/** Owns `stack`: a pop that trusts a flag which is never cleared. Rebuilt from SCTBench, CS/stack_bad. */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const SIZE = 10;

/** One thread pushes ten times; the other pops ten times if the flag says that something was pushed. */
function stackBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const slots = s.array('slots', SIZE, 0);
    const top = s.cell('top', 0);
    const filled = s.cell('filled', 0);

    const pusher = yield* s.spawn('pusher', function* () {
      for (let i = 0; i < SIZE; i++) {
        yield* m.lock();
        const at = yield* top.read();
        s.assert(at !== SIZE, 'the stack must not overflow');
        yield* slots.write(at, i);
        yield* top.write(at + 1);
        yield* filled.write(1);
        yield* m.unlock();
      }
    });
    const popper = yield* s.spawn('popper', function* () {
      for (let i = 0; i < SIZE; i++) {
        yield* m.lock();
        if ((yield* filled.read()) !== 0) {
          const left = (yield* top.read()) - 1;
          s.assert(left >= 0, 'the stack must not underflow');
          yield* top.write(left);
          yield* slots.read(left);
          if (fixed && left === 0) yield* filled.write(0);
        }
        yield* m.unlock();
      }
    });
    yield* pusher.join();
    yield* popper.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/stack_bad';

export default [
  scenario('stack', stackBody(), {
    source,
    shows: 'A flag says "not empty" once and for ever: the stack is popped when it is empty.',
    expected: 'assertion',
  }),
  scenario('stack-fixed', stackBody({ fixed: true }), {
    source,
    shows: 'The pop of the last item clears the flag.',
    expected: 'none',
  }),
];
