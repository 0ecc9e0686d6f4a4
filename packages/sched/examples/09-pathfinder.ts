/**
 * Mars Pathfinder, 1997: a task of low priority has the lock of the bus, one of middle priority keeps it from
 * running, and the bus misses its deadline. With a plain mutex, inheritance, a ceiling, and a token.
 */
import { experiment, Mutex, type Request, Token } from '@smplab/sched';

const MS = 1_000_000;
const PERIOD_NS = 125 * MS;
const CYCLE_NS = 500 * MS;

interface Lock {
  lock(): Request;
  unlock(): Request;
}

function lockOf(kind: string): Lock {
  if (kind === 'token') {
    const token = new Token('bus');
    return { lock: () => token.gettoken(), unlock: () => token.reltoken() };
  }
  return new Mutex('bus', { protocol: kind as 'none' | 'inherit' | 'ceiling', ceiling: 1 });
}

export default experiment({
  name: 'Mars Pathfinder',
  description:
    'The bus task runs every 125 ms with a lock that meteorology takes as well; communications takes none.',
  factors: { lock: ['none', 'inherit', 'ceiling', 'token'] },
  repetitions: 5,
  machine: 1,
  policy: 'fixed-priority',
  durationNs: 20_000 * MS,
  workload: (host, { lock: kind }) => {
    const lock = lockOf(kind);
    const random = host.random('phase');
    const next = (now: number, beforeNs: number): number =>
      (Math.floor(now / CYCLE_NS) + 1) * CYCLE_NS - beforeNs - Math.round(MS * random.uniform());
    host.spawn({
      name: 'bus',
      priority: 1,
      periodNs: PERIOD_NS,
      program: function* (t) {
        for (;;) {
          yield t.nextPeriod(PERIOD_NS);
          yield lock.lock();
          yield t.compute(10 * MS);
          yield lock.unlock();
        }
      },
    });
    host.spawn({
      name: 'communications',
      priority: 5,
      program: function* (t) {
        for (;;) {
          yield t.sleepUntil(next(t.now, MS));
          yield t.compute(200 * MS);
        }
      },
    });
    host.spawn({
      name: 'meteorology',
      priority: 9,
      program: function* (t) {
        for (;;) {
          yield t.sleepUntil(next(t.now, 5 * MS));
          yield lock.lock();
          yield t.compute(8 * MS);
          yield lock.unlock();
        }
      },
    });
  },
  metrics: ['misses', 'response.p50', 'response.p99', 'utilisation'],
  compare: { factor: 'lock', baseline: 'none', metrics: ['misses', 'response.p99'] },
});
