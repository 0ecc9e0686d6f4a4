import assert from 'node:assert/strict';
import {
  EV_EXEC,
  EV_EXIT,
  EV_FORK,
  EV_IPI_RECEIVED,
  EV_IPI_SENT,
  EV_PANIC,
  EV_SLEEP,
  EV_SWITCH,
  EV_THREAD_CREATED,
  EV_THREAD_EXITED,
  EV_TOKEN_CONTENTION,
  EV_WAKEUP,
  KERN,
} from '@smplab/lwkt';
import { EventRing } from '../../src/index.ts';
import { eventReports } from '../../src/inspect/event-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';

describe('the report on events', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('has the last ones of each CPU in words', () => {
    const { map, counter } = dumps.map(({ memory, kernel, main, writer, sleeper, token, counter: ident }) => {
      const [ring, other] = [0, 1].map((cpuid) => EventRing.of(memory, cpuid)!);
      const number = kernel.registry.numberOf('writer');
      ring.emit(EV_PANIC, 0, 0, 0);
      ring.emit(EV_THREAD_CREATED, writer, number, 1);
      ring.emit(EV_THREAD_EXITED, writer, 42, 0);
      ring.emit(EV_SWITCH, main, sleeper, 0);
      ring.emit(EV_TOKEN_CONTENTION, writer, token, 1);
      ring.emit(EV_IPI_SENT, 1, number, main);
      ring.emit(EV_SLEEP, sleeper, ident, 3);
      ring.emit(EV_WAKEUP, sleeper, ident, 0);
      ring.emit(EV_PANIC, main, 0, 0);
      other.emit(EV_IPI_RECEIVED, 0, 99, 7);
      other.emit(55, 1, 2, 3);
      other.emit(EV_FORK, 1, 102, 0);
      other.emit(EV_EXEC, 102, 3, 0);
      other.emit(EV_EXEC, 102, 0, 0);
      other.emit(EV_EXIT, 102, 9, 0);
    });
    const reports = eventReports(map);
    assert.deepEqual(
      reports.map(({ cpu, sequence, kind, text }) => `${cpu}.${sequence} ${kind}: ${text}`),
      [
        '0.1 thread-created: writer runs writer on cpu1',
        '0.2 thread-exited: writer, result 42',
        '0.3 switch: main → sleeper',
        '0.4 token-contention: writer was refused accounts (exclusive)',
        '0.5 ipi-sent: writer(thread main) to cpu1',
        `0.6 sleep: sleeper on counter ${counter}[0], at most 3 ticks`,
        `0.7 wakeup: sleeper on counter ${counter}[0]`,
        '0.8 panic: in main',
        '1.0 ipi-received: function 99(7) from cpu0',
        '1.1 kind 55: 1 2 3',
        '1.2 fork: process 1 makes process 102',
        '1.3 exec: process 102, flags 3',
        '1.4 exec: process 102',
        '1.5 exit: process 102, status 9',
      ],
    );
    assert.ok(reports.every(({ tick }) => tick === 12));
  });

  it('remarks on rings that cannot be where they are said to be', () => {
    const nowhere = dumps.map(({ kernel }) => (kernel.words[kernel.kern + KERN.k_events] = -3));
    assert.deepEqual(eventReports(nowhere.map), []);
    assert.deepEqual(nowhere.map.remarks, ['k_events is -3, where no rings can be']);
    const wild = dumps.map(
      ({ kernel: { words, kern } }) => (words[words[kern + KERN.k_events] + 2] = 1 << 23),
    );
    assert.deepEqual(eventReports(wild.map), []);
    assert.match(wild.map.remarks.join(), /the event ring of cpu0 does not lie in the memory/);
    const none = dumps.map(({ kernel }) => (kernel.words[kernel.kern + KERN.k_events] = 0));
    assert.deepEqual([eventReports(none.map), none.map.remarks], [[], []]);
  });
});
