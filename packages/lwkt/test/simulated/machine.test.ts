import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  EWOULDBLOCK,
  functionNumber,
  lwkt_compute,
  lwkt_create,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_send_ipiq,
  lwkt_token_init,
  lwkt_yield,
  type MachineListener,
  NO_TIME,
  RQF_AST_LWKT_RESCHED,
  Registry,
  SimulatedMachine,
  type Steps,
  tsleep,
  uniformTiming,
  wakeup,
} from '../../src/index.ts';

type Bodies = Readonly<Record<string, (k: Context, ...args: number[]) => Steps<unknown>>>;

interface Given {
  readonly cpus?: number;
  readonly costs?: Parameters<typeof uniformTiming>[1];
  readonly clockNs?: number;
  readonly hz?: number;
  readonly listener?: MachineListener;
}

/** A machine whose thread main is the body of that name. */
function machineOf(
  bodies: Bodies,
  { cpus = 2, costs = NO_TIME, clockNs, hz = 1_000_000, listener }: Given = {},
) {
  const registry = new Registry();
  for (const [name, body] of Object.entries(bodies)) registry.register(name, body);
  return new SimulatedMachine('test', {
    cpus,
    registry,
    main: functionNumber('main'),
    timing: uniformTiming(cpus, costs),
    limits: { hz },
    ...(clockNs !== undefined && { clockNs }),
    ...(listener && { listener }),
  });
}

/** Runs it to its end; gives when that was. */
function endOf(machine: SimulatedMachine): number {
  const { failure } = machine.run(Infinity);
  assert.equal(failure, null);
  assert.deepEqual(machine.liveThreads, []);
  return Math.max(...machine.cpus.map((_, cpuid) => machine.cpuOf(cpuid).now));
}

describe('a machine in virtual time', () => {
  it('takes for a thread what its operations and its computations take', () => {
    const machine = machineOf(
      {
        *main(k) {
          const word = yield* k.allocate('test', 4, true);
          for (let times = 0; times < 5; times++) yield* k.fetchadd(word, 1);
          yield* lwkt_compute(k, 1_000);
        },
      },
      { cpus: 1, clockNs: Infinity, costs: { ...NO_TIME, operationNs: 7 } },
    );
    const before = endOf(
      machineOf({ *main() {} }, { cpus: 1, clockNs: Infinity, costs: { ...NO_TIME, operationNs: 7 } }),
    );
    assert.equal(endOf(machine), before + 6 * 7 + 1_000);
  });

  it('runs CPUs side by side, and lets a computation of one be of one length whatever others do', () => {
    const machine = machineOf({
      *main(k) {
        yield* lwkt_create(k, functionNumber('other'), { cpu: 1 });
        yield* lwkt_compute(k, 3_000);
      },
      *other(k) {
        yield* lwkt_compute(k, 5_000);
      },
    });
    assert.equal(endOf(machine), 5_000);
    assert.deepEqual(
      [0, 1].map((cpu) => machine.cpuOf(cpu).computeNs),
      [3_000, 5_000],
    );
  });

  it('delivers a message when it has come, in the middle of a computation, which is longer for it', () => {
    let arrived = 0;
    const machine: SimulatedMachine = machineOf(
      {
        *main(k) {
          yield* lwkt_create(k, functionNumber('other'), { cpu: 1 });
          yield* lwkt_compute(k, 10_000);
          yield* lwkt_send_ipiq(k, 1, functionNumber('message'), 0, 0);
        },
        *other(k) {
          yield* lwkt_compute(k, 50_000);
        },
        *message(k) {
          arrived = machine.cpuOf(1).now;
          yield* k.fence();
        },
      },
      { costs: { ...NO_TIME, ipiNs: 1_500, interruptNs: 200 } },
    );
    const end = endOf(machine);
    assert.equal(arrived, 11_700);
    // Two interrupts: the one that made its thread, and this one.
    assert.equal(end, 1_500 + 200 + 50_000 + 200);
    assert.equal(machine.cpuOf(1).interrupts, 2);
  });

  it('ends a sleep at the tick it was for, and at once when somebody wakes it', () => {
    const ends: [string, number, number][] = [];
    const machine: SimulatedMachine = machineOf({
      *main(k) {
        const ident = yield* k.allocate('test', 1, true);
        yield* lwkt_create(k, functionNumber('sleeper'), { cpu: 1, args: [ident] });
        const error = yield* tsleep(k, ident + 1000, 0, 'alone', 250);
        ends.push(['main', error, machine.now]);
        yield* wakeup(k, ident);
      },
      *sleeper(k, ident) {
        const error = yield* tsleep(k, ident, 0, 'woken', 10_000);
        ends.push(['sleeper', error, machine.now]);
      },
    });
    endOf(machine);
    assert.deepEqual(ends, [
      ['main', EWOULDBLOCK, 250_000],
      ['sleeper', 0, 250_000],
    ]);
  });

  it('lets a token cost what waiting for it costs: two CPUs with one take turns', () => {
    const work = function* (k: Context, token: number): Steps {
      for (let times = 0; times < 10; times++) {
        yield* lwkt_gettoken(k, token);
        yield* lwkt_compute(k, 1_000);
        yield* lwkt_reltoken(k, token);
      }
    };
    const end = (shared: boolean): number =>
      endOf(
        machineOf({
          *main(k) {
            const words = yield* k.allocate('test', 64, true);
            const tokens = [words, words + 32];
            for (const token of tokens) lwkt_token_init(k, token, 'test');
            yield* lwkt_create(k, functionNumber('work'), { cpu: 1, args: [tokens[shared ? 0 : 1]] });
            yield* work(k, tokens[0]);
          },
          work,
        }),
      );
    assert.equal(end(false), 10_000);
    assert.equal(end(true), 20_000);
  });

  it('ticks while a CPU is busy, so that equals take turns on it', () => {
    const order: number[] = [];
    const machine: SimulatedMachine = machineOf(
      {
        *main(k) {
          for (const name of [1, 2]) yield* lwkt_create(k, functionNumber('spin'), { args: [name] });
        },
        *spin(k, name) {
          for (let left = 30_000; left > 0;) {
            order.push(name);
            left = yield* k.compute(left, RQF_AST_LWKT_RESCHED);
            yield* lwkt_yield(k);
          }
        },
      },
      { cpus: 1, clockNs: 10_000 },
    );
    assert.equal(endOf(machine), 60_000);
    assert.deepEqual(order, [1, 2, 1, 2, 1, 2]);
  });

  it('goes on in parts to the same end, with the same steps', () => {
    const build = (): SimulatedMachine =>
      machineOf(
        {
          *main(k) {
            for (let cpu = 0; cpu < 4; cpu++)
              yield* lwkt_create(k, functionNumber('work'), { cpu, args: [cpu] });
          },
          *work(k, cpu) {
            for (let times = 0; times < 20; times++) {
              yield* lwkt_compute(k, 1_000 + 37 * cpu);
              yield* tsleep(k, 4 + cpu, 0, 'nap', 3 + cpu);
            }
          },
        },
        { cpus: 4, costs: {} },
      );
    const whole = build();
    const hash = whole.run(Infinity).recorder.rolling;
    const parts = build();
    for (let until = 0; until < 2_000_000; until += 12_345) parts.run(until);
    assert.equal(parts.run(Infinity).recorder.rolling, hash);
    assert.equal(parts.operations, whole.operations);
    assert.equal(build().run(Infinity).recorder.rolling, hash);
  });

  it('does at a time what somebody outside wants, and says where CPUs go', () => {
    const seen: string[] = [];
    const machine = machineOf(
      {
        *main(k) {
          yield* lwkt_compute(k, 2_000);
          yield* lwkt_compute(k, 2_000);
        },
      },
      {
        cpus: 1,
        listener: { switched: (now, cpu, from, to) => seen.push(`${now} ${cpu} ${from > 0} ${to > 0}`) },
      },
    );
    machine.at(3_000, (now) => seen.push(`outside ${now}`));
    machine.at(1_000, (now) => seen.push(`outside ${now}`));
    endOf(machine);
    assert.deepEqual(seen, ['outside 1000', 'outside 3000', '4000 0 true false']);
  });

  it('says so when time stands still', () => {
    const machine = machineOf({
      *main(k) {
        for (;;) yield* k.fence();
      },
    });
    const { failure } = machine.run(Infinity);
    assert.equal(failure?.verdict, 'livelock');
    assert.match(failure.message, /time stands still at 0 ns/);
  });

  it('makes any number of threads, one after the other', () => {
    const machine = machineOf({
      *main(k) {
        for (let left = 3_000; left > 0; left--) {
          yield* lwkt_create(k, functionNumber('short'), { cpu: left % 2 });
          yield* lwkt_compute(k, 100);
        }
      },
      *short(k) {
        yield* lwkt_compute(k, 10);
      },
    });
    endOf(machine);
  });
});
