import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_exit,
  lwkt_deschedule_self,
  lwkt_switch,
  raise_int,
  register_int,
  type Steps,
  TDPRI_INT_MED,
  wakeup,
  tsleep_interlock,
  tsleep,
  PINTERLOCKED,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

/** The thread of a device: serves requests that the device counts in a word, `total` of them. */
function* device(k: Context, requests: number, served: number, total: number): Steps {
  let done = 0;
  while (done < total) {
    crit_enter(k);
    if (k.peek(requests) === done) {
      lwkt_deschedule_self(k);
      yield* lwkt_switch(k);
    }
    yield* crit_exit(k);
    const now = yield* k.load(requests);
    if (now === done) continue;
    done = now;
    yield* k.store(served, done);
    yield* wakeup(k, served);
  }
  // Nobody serves the vector from here on.
  register_int(k, 5, 0);
}

describe('a device interrupt', () => {
  it('starts the thread of its vector on its CPU, and none is lost', () => {
    for (const cpu of [0, 1]) {
      const program = kernelProgram(
        'device',
        {
          threads: {
            device,
            *register(k, td, ready) {
              register_int(k, 5, td);
              yield* k.store(ready, 1);
            },
          },
        },
        function* (k) {
          const requests = yield* newWord(k);
          const served = yield* newWord(k);
          const td = yield* start(k, 'device', [requests, served, 2], {
            cpu,
            pri: TDPRI_INT_MED,
            nostart: true,
          });
          const ready = yield* newWord(k);
          yield* start(k, 'register', [td, ready], { cpu });
          while ((yield* k.load(ready)) === 0) yield* tsleep(k, ready, 0, 'ready', 1);
          for (let request = 1; request <= 2; request++) {
            yield* k.store(requests, request);
            yield* raise_int(k, cpu, 5);
          }
          while ((yield* k.load(served)) < 2) {
            yield* tsleep_interlock(k, served);
            if ((yield* k.load(served)) === 2) break;
            yield* tsleep(k, served, PINTERLOCKED, 'served', 0);
          }
        },
      );
      verdictOf(program, 'none', MANY);
    }
  });

  it('of a vector that nobody serves goes by, as does one raised in a critical section until its end', () => {
    let order: string[] = [];
    const program = kernelProgram(
      'masked',
      {
        cpus: 1,
        threads: {
          *handler(k) {
            order.push('handler');
            yield* k.fence();
          },
        },
      },
      function* (k) {
        order = [];
        const td = yield* start(k, 'handler', [], { pri: TDPRI_INT_MED, nostart: true });
        register_int(k, 31, td);
        yield* raise_int(k, 0, 0);
        crit_enter(k);
        yield* raise_int(k, 0, 31);
        for (let wait = 0; wait < 5; wait++) yield* k.fence();
        order.push('main');
        yield* crit_exit(k);
        while (order.length < 2) yield* k.fence();
        assert.deepEqual(order, ['main', 'handler']);
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 100 });
  });

  it('has a vector from 0 to 31 of a CPU that exists', () => {
    for (const vector of [-1, 32, 1.5]) {
      const program = kernelProgram('vector', { cpus: 1 }, (k) => raise_int(k, 0, vector));
      assert.match(
        verdictOf(program, 'panic', ONE).message,
        /interrupt vector .*: a whole number from 0 to 31 is needed/,
      );
    }
    const program = kernelProgram('cpu', { cpus: 2 }, (k) => raise_int(k, 2, 0));
    assert.match(verdictOf(program, 'panic', ONE).message, /there is no cpu2/);
  });
});
