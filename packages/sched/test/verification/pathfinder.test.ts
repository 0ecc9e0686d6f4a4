import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fixedPriority } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Mutex } from '../../src/sync/mutex.ts';
import { Token } from '../../src/sync/token.ts';
import type { Request } from '../../src/task/request.ts';
import type { Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
/** The bus is to be ready eight times a second, or the spacecraft resets. */
const BUS_PERIOD_MS = 125;

interface Lock {
  lock(): Request;
  unlock(): Request;
}

/**
 * Mars Pathfinder, 1997: the meteorological task, of low priority, has the lock of the information bus when
 * the bus task wants it; communications, between the two, run for longer than the bus can wait.
 */
function pathfinder(lock: Lock, sleepsInside: boolean): Task {
  const sim = new Simulation({ policy: fixedPriority(), topology: symmetric(1), costs: NO_COSTS });
  const bus = sim.spawn({
    name: 'bus',
    priority: 1,
    periodNs: BUS_PERIOD_MS * MS,
    *program(t) {
      for (;;) {
        yield t.nextPeriod(BUS_PERIOD_MS * MS);
        yield lock.lock();
        yield t.compute(10 * MS);
        yield lock.unlock();
      }
    },
  });
  sim.spawn({
    name: 'communications',
    priority: 5,
    *program(t) {
      for (;;) {
        yield t.sleepUntil((Math.floor(t.now / (500 * MS)) + 1) * 500 * MS - 1 * MS);
        yield t.compute(200 * MS);
      }
    },
  });
  sim.spawn({
    name: 'meteorology',
    priority: 9,
    *program(t) {
      for (;;) {
        yield t.sleepUntil((Math.floor(t.now / (500 * MS)) + 1) * 500 * MS - 5 * MS);
        yield lock.lock();
        if (sleepsInside) yield t.sleep(3 * MS);
        yield t.compute(8 * MS);
        yield lock.unlock();
      }
    },
  });
  sim.run(5000 * MS);
  return bus;
}

describe('Mars Pathfinder', () => {
  it('resets: who has the lock of the bus is kept from running by who does not want it', () => {
    const bus = pathfinder(new Mutex('bus'), false);
    assert.ok(bus.misses >= 9, `${bus.misses}`);
    // It waits for all of the 200 ms and more.
    assert.ok(bus.response.max > 200 * MS);
  });

  it('does not with priority inheritance, nor with a ceiling', () => {
    for (const protocol of ['inherit', 'ceiling'] as const) {
      const bus = pathfinder(new Mutex('bus', { protocol, ceiling: 1 }), false);
      assert.equal(bus.misses, 0, protocol);
      // What is left of 8 ms of the holder, and its own 10.
      assert.ok(bus.response.max <= 18 * MS, `${protocol}: ${bus.response.max}`);
    }
  });

  it('does with tokens as well, when their holder is only preempted; one that waits gives them away', () => {
    const token = new Token('bus');
    const lock = { lock: () => token.gettoken(), unlock: () => token.reltoken() };
    assert.ok(pathfinder(lock, false).misses >= 9);
    assert.ok(token.collisions > 0);
    const held = pathfinder(new Mutex('bus'), true);
    const other = new Token('bus');
    const given = pathfinder({ lock: () => other.gettoken(), unlock: () => other.reltoken() }, true);
    // The holder sleeps when the bus wants it: a mutex stays with it, a token does not.
    assert.ok(given.response.mean <= held.response.mean);
  });
});
