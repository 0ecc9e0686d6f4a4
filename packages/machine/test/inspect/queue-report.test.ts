import assert from 'node:assert/strict';
import { IP, KERN, TD } from '@smplab/lwkt';
import { messageQueueReports, sleepQueueReports } from '../../src/inspect/queue-report.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';

describe('the report on messages between CPUs', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('names the function and the arguments of each that was not taken', () => {
    const { map } = dumps.map();
    assert.deepEqual(messageQueueReports(map), [
      {
        ...{ source: 0, target: 1, depth: 1, isRunning: false, isDraining: false },
        pending: [{ function: 'lwkt_schedule_remote', arguments: ['thread writer', '0'] }],
      },
    ]);
  });

  it('knows a message that is being run and a sender that waits, across the end of the numbers', () => {
    const { map } = dumps.map(({ kernel }) => {
      const ip = kernel.ipiqOf(1, 0);
      kernel.words[ip + IP.ip_windex] = -0x80000000;
      kernel.words[ip + IP.ip_rindex] = 0x7fffffff;
      kernel.words[ip + IP.ip_xindex] = 0x7ffffffe;
      kernel.words[ip + IP.ip_drain] = 1;
      kernel.words[ip + IP.ip_info + 31 * 3] = 5;
    });
    const report = messageQueueReports(map)[1];
    assert.deepEqual(report, {
      ...{ source: 1, target: 0, depth: 1, isRunning: true, isDraining: true },
      pending: [{ function: 'function 5', arguments: ['0', '0'] }],
    });
  });

  it('shows no more than a queue has room for, and remarks on it', () => {
    const { map } = dumps.map(({ kernel }) => (kernel.words[kernel.ipiqOf(0, 1) + IP.ip_windex] = 1 << 20));
    assert.equal(messageQueueReports(map)[0].pending.length, 32);
    assert.deepEqual(map.remarks, ['the queue from cpu0 to cpu1 has 1048576 messages, and room for 32']);
  });
});

describe('the report on sleep queues', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('names sleepers, what they sleep on, and whether wakeups elsewhere know of them', () => {
    const { map, kernel, counter } = dumps.map();
    const bucket = (counter + 1) % kernel.sleepBuckets;
    const sleeper = {
      thread: 'sleeper',
      ident: counter + 1,
      identName: `counter ${counter}[1]`,
      message: 'count',
    };
    assert.deepEqual(sleepQueueReports(map), [{ cpu: 0, bucket, isMasked: true, sleepers: [sleeper] }]);
    const missed = dumps.map((machine) => (machine.kernel.words[machine.kernel.sleepMaskOf(bucket)] = 0));
    assert.deepEqual(
      sleepQueueReports(missed.map).map(({ isMasked }) => isMasked),
      [false],
    );
  });

  it('cuts a queue that is a circle', () => {
    const { map } = dumps.map(({ kernel, sleeper }) => (kernel.words[sleeper + TD.td_sleepq] = sleeper));
    assert.equal(sleepQueueReports(map)[0].sleepers.length, 1);
    assert.match(
      map.remarks.join(),
      /^sleep queue \d+ of cpu0 is cut after 1 element: it comes back to thread/,
    );
  });

  it('does not look through a number of buckets that cannot be', () => {
    const { map } = dumps.map(({ kernel }) => (kernel.words[kernel.kern + KERN.k_sleep_buckets] = -1));
    assert.deepEqual(sleepQueueReports(map), []);
    assert.deepEqual(map.remarks, ['k_sleep_buckets is -1']);
  });
});
