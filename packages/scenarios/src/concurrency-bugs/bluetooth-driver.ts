/**
 * Owns `bluetooth_driver`: a driver that can be stopped between an adder's look at the stop flag and its
 * entry. Rebuilt from SCTBench, CS/bluetooth_driver_bad (the model of a Windows driver from the KISS paper).
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** `main` adds a device request while another thread stops the driver; `pending` counts requests plus one. */
export function bluetoothDriverBody({ check = true }: Variant = {}): ScenarioBody {
  return function* (s) {
    const guard = s.mutex('guard');
    const pending = s.cell('pending', 1);
    const stopFlag = s.cell('stopFlag', 0);
    const stopEvent = s.cell('stopEvent', 0);
    const stopped = s.cell('stopped', 0);

    const enter = function* () {
      if ((yield* stopFlag.read()) !== 0) return false;
      yield* guard.lock();
      yield* pending.write((yield* pending.read()) + 1);
      yield* guard.unlock();
      return true;
    };
    const leave = function* () {
      yield* guard.lock();
      yield* pending.write((yield* pending.read()) - 1);
      const left = yield* pending.read();
      yield* guard.unlock();
      if (left === 0) yield* stopEvent.write(1);
    };

    yield* s.spawn('stopper', function* () {
      yield* stopFlag.write(1);
      yield* leave();
      if ((yield* stopEvent.read()) !== 0) yield* stopped.write(1);
    });
    if (yield* enter()) {
      const late = yield* stopped.read();
      if (check) s.assert(late === 0, 'the driver must not be stopped while a request is inside');
    }
    yield* leave();
  };
}

/** Mended: a request counts itself first and looks at the flag afterwards. */
function mendedBody(): ScenarioBody {
  return function* (s) {
    const pending = s.atomic('pending', 1);
    const stopFlag = s.atomic('stopFlag', 0);
    const stopped = s.cell('stopped', 0);

    const stopper = yield* s.spawn('stopper', function* () {
      yield* stopFlag.store(1);
      yield* pending.sub(1);
      yield* s.waitUntil(() => pending.peek() === 0);
      yield* stopped.write(1);
    });
    yield* pending.add(1);
    if ((yield* stopFlag.load()) === 0) {
      s.assert((yield* stopped.read()) === 0, 'the driver must not be stopped while a request is inside');
    }
    yield* pending.sub(1);
    yield* stopper.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/bluetooth_driver_bad';

export default [
  scenario('bluetooth_driver', bluetoothDriverBody(), {
    source,
    shows: 'A request that looked at the stop flag before it counted itself works on a stopped driver.',
    expected: 'assertion',
  }),
  scenario('bluetooth_driver-fixed', mendedBody(), {
    source,
    shows: 'A request counts itself before it looks at the stop flag, and stopping waits for the count.',
    expected: 'none',
  }),
];
