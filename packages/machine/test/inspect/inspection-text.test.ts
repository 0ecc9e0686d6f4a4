import assert from 'node:assert/strict';
import { EV_SWITCH, EV_TOKEN_CONTENTION, KERN, TD } from '@smplab/lwkt';
import { EventRing, inspectDump } from '../../src/index.ts';
import { DumpFolder } from '../fixtures/dumped-machine.ts';
import { COUNTER_WORDS } from '../fixtures/small-machine.ts';

/** Addresses and sizes depend on layouts: here they are all called @, and columns keep no width. */
function golden(text: string): string {
  return text.replace(/\b\d{4,}\b/g, '@').replace(/(\S) {2,}/g, '$1  ');
}

const GOLDEN = `assertion: both writes count
  on cpu0 in thread main
  main has waited for token accounts

machine: 2 CPUs, tick 12 at 100 Hz, halted, cpu0 panicked first

CPUs
  cpu  state  current  crit  nest  proc  spin  requests  doorbell  interrupts  timeout
  cpu0  running  main  1  0  0  0  -  -  -  -
  cpu1  idle  cpu1/idle  1  0  0  0  RESCHED, WAKEUP, (polled)  -  -  -

  cpu  switches  messages  avoided  preempted  unpreempted  collisions  wakeups  ticks  heartbeat
  cpu0  0  0  0  0  0  0  0  0  0
  cpu1  0  0  0  0  0  0  0  0  0

threads of cpu0
    thread  at  state  pri  crit  waits for  holds  wants  runs
    cpu0/idle  @  ready to idle  0  1  -  -  -  lwkt_idle
  * main  @  running  12  1  -  accounts  -  main
    sleeper  @  asleep  12  1  "count" on counter @[1]  -  -  sleeper

threads of cpu1
    thread  at  state  pri  crit  waits for  holds  wants  runs
  * cpu1/idle  @  idle  0  1  -  -  -  lwkt_idle
    writer  @  wants tokens  12  1  "accounts"  -  accounts  writer

tokens
  token  at  state  counted  owner  held by  wanted by  collisions
  accounts  @  exclusiveRequested  0  main  main  writer  1

messages between CPUs
  cpu0 → cpu1: 1 waiting
    lwkt_schedule_remote(thread writer, 0)

sleep queues
  cpu0 bucket N: sleeper on counter @[1] "count"

last events
  cpu  tick  number  event
  cpu0  12  0  switch  writer → main
  cpu1  12  0  token-contention  writer was refused accounts (exclusive)`;

describe('the text of an inspection', () => {
  const dumps = new DumpFolder();
  after(() => dumps.remove());

  it('shows a machine, the reason first', () => {
    dumps.write(({ memory, kernel, main, writer, token }) => {
      kernel.words[kernel.kern + KERN.k_halt] = 1;
      kernel.words[kernel.kern + KERN.k_panic] = 1;
      EventRing.of(memory, 0)!.emit(EV_SWITCH, writer, main, 0);
      EventRing.of(memory, 1)!.emit(EV_TOKEN_CONTENTION, writer, token, 1);
    });
    const parts = ['cpus', 'threads', 'tokens', 'messages', 'sleepers', 'events'] as const;
    const text = golden(inspectDump(dumps.path, { parts })).replace(/bucket \d+/, 'bucket N');
    assert.equal(text, GOLDEN);
  });

  it('aligns its columns', () => {
    dumps.write();
    const [, head, idle, main] = inspectDump(dumps.path, { parts: ['threads'] })
      .split('\n\n')[2]
      .split('\n');
    assert.ok(head.indexOf('runs') > 0);
    assert.equal(idle.indexOf('lwkt_idle'), head.indexOf('runs'));
    assert.equal(main.lastIndexOf('main'), head.indexOf('runs'));
    assert.ok(
      !inspectDump(dumps.path)
        .split('\n')
        .some((line) => /\s$/.test(line)),
    );
  });

  it('shows the use of memory', () => {
    dumps.write(({ kernel, counter }) => (kernel.words[counter + COUNTER_WORDS] = 1));
    const text = inspectDump(dumps.path, { parts: ['memory'] });
    assert.match(text, /\nmemory\n {2}\d+ words in use, at most 262144\n {2}Type +InUse .*\n {2}counter +1 /);
    assert.match(text, /\n {2}overrun: counter block/);
  });

  it('says what is damaged, and what is not there', () => {
    dumps.write(({ kernel, sleeper, main }) => {
      kernel.words[sleeper + TD.td_allq] = main;
      kernel.words[kernel.sleepMaskOf(0)] = 0;
    });
    const text = inspectDump(dumps.path);
    assert.match(
      text,
      /\ndamage\n {2}the thread list of cpu0 is cut after 3 elements: it comes back to thread \d+\n/,
    );
    assert.match(text, /\nlast events\n {2}none$/);
    assert.match(inspectDump(dumps.path, { cpu: 1, parts: ['sleepers'] }), /\nsleep queues\n {2}none$/);
  });
});
