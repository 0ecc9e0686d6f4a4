import assert from 'node:assert/strict';
import type { MachineEvent } from '@smplab/machine';
import { checkTrace } from '@smplab/trace';
import { MachineTrace } from '../src/machine-trace.ts';

const thread = (td: number, name = `t${td}`): { td: number; name: string } => ({ td, name });
const IDLE = thread(1, 'idle');

/** Events with what all have. */
function at(cpu: number, tick: number, event: object): MachineEvent {
  return { cpu, tick, sequence: 0, ...event } as MachineEvent;
}

const to = (cpu: number, from: object, next: object, tick = 0): MachineEvent =>
  at(cpu, tick, { kind: 'switch', from, to: next });

describe('the trace of a machine', () => {
  it('has who ran where, who slept, who woke whom, and messages', () => {
    const recorded = new MachineTrace('m', 2, 1000);
    const [a, b] = [thread(10), thread(20)];
    recorded.add(5, to(0, IDLE, a));
    recorded.add(6, to(1, IDLE, b));
    recorded.add(10, at(1, 0, { kind: 'sleep', thread: b, ident: 7, message: 'x', ticks: 0 }));
    recorded.add(11, to(1, b, IDLE));
    recorded.add(20, at(0, 0, { kind: 'ipi-sent', other: 1, function: 'wake', argument: 0 }));
    recorded.add(25, at(1, 0, { kind: 'wakeup', thread: b, ident: 7 }));
    recorded.add(26, to(1, IDLE, b));
    recorded.add(
      30,
      at(0, 0, { kind: 'token-contention', thread: a, token: 9, name: 'proc', state: 'exclusive' }),
    );
    recorded.add(31, at(0, 0, { kind: 'fork', pid: 2, child: 3 }));
    const trace = recorded.trace();
    assert.deepEqual(checkTrace(trace), []);
    assert.deepEqual(
      trace.threads.map(({ tid, name }) => `${tid} ${name}`),
      ['1 t10', '2 t20'],
    );
    const lines = trace.events.map((event) => {
      const { kind, timeNs } = event;
      if (kind === 'switch')
        return `${timeNs} ${event.cpu}: ${event.prev} ${event.prevState} > ${event.next}`;
      if (kind === 'waking') return `${timeNs} ${event.waker} wakes ${event.tid}`;
      return kind === 'ipi'
        ? `${timeNs} ${event.cpu} tells ${event.targetCpu} ${event.name}`
        : `${timeNs} ${event.kind}`;
    });
    assert.deepEqual(lines, [
      '5 0: 0 R > 1',
      '6 1: 0 R > 2',
      '11 1: 2 S > 0',
      '20 0 tells 1 wake',
      '25 0 wakes 2',
      '26 1: 0 R > 2',
      '30 instant',
      '31 instant',
    ]);
  });

  it('takes a place in memory that is used again for another thread', () => {
    const recorded = new MachineTrace('m', 1, 1000);
    for (const name of ['first', 'second']) {
      recorded.add(
        1,
        at(0, 0, { kind: 'thread-created', thread: thread(10, name), function: 'f', target: 0 }),
      );
      recorded.add(1, to(0, IDLE, thread(10, name)));
      recorded.add(2, at(0, 0, { kind: 'thread-exited', thread: thread(10, name), result: 0 }));
      recorded.add(2, to(0, thread(10, name), IDLE));
    }
    const { threads, events } = recorded.trace();
    assert.deepEqual(
      threads.map(({ name }) => name),
      ['first', 'second'],
    );
    assert.deepEqual(
      events.map((event) => event.kind === 'switch' && event.prevState),
      ['R', 'X', 'R', 'X'],
    );
  });

  it('spreads events of which only the tick is known, and keeps apart what CPUs say in no order', () => {
    const recorded = new MachineTrace('m', 2, 1000);
    const a = thread(10);
    // The same place on both CPUs: one thread had ended there before the other began, but who knows when.
    recorded.keep(to(0, IDLE, a, 3));
    recorded.keep(to(1, IDLE, a, 3));
    recorded.keep(to(0, a, IDLE, 4));
    recorded.keep(to(1, a, IDLE, 4));
    const trace = recorded.trace();
    assert.deepEqual(checkTrace(trace), []);
    assert.deepEqual(
      trace.events.map(({ timeNs }) => timeNs),
      [3000, 3500, 4000, 4500],
    );
    assert.equal(trace.threads.length, 2);
  });

  it('begins with who ran already, and says how much is missing', () => {
    const recorded = new MachineTrace('m', 1, 1000);
    recorded.add(5, to(0, thread(10), thread(20)));
    recorded.add(6, at(0, 0, { kind: 'dropped', count: 3 }));
    const trace = recorded.trace();
    assert.deepEqual(checkTrace(trace), []);
    assert.equal(trace.events.length, 3);
  });
});
