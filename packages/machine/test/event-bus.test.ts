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
import { firstValueFrom, map, type Observable } from 'rxjs';
import { EventBus, EventRing, type MachineEvent, type SubscriberFailure } from '../src/index.ts';
import { bootedKernel, smallMachine } from './fixtures/small-machine.ts';

/** A machine whose events are heard, with the rings of its CPUs. */
function heardMachine() {
  const machine = smallMachine();
  const failures: SubscriberFailure[] = [];
  const bus = new EventBus(machine.kernel, { onSubscriberError: (failure) => failures.push(failure) });
  const heard: MachineEvent[] = [];
  bus.events$.subscribe((event) => heard.push(event));
  const [ring0, ring1] = [0, 1].map((cpuid) => EventRing.of(machine.memory, cpuid)!);
  return { ...machine, bus, heard, failures, ring0, ring1 };
}

describe('the event bus', () => {
  it('gives events their names', () => {
    const { bus, heard, ring0, kernel, main, writer, sleeper, token, counter } = heardMachine();
    const number = kernel.registry.numberOf('writer');
    ring0.emit(EV_THREAD_CREATED, writer, number, 1);
    ring0.emit(EV_THREAD_EXITED, writer, 42, 0);
    ring0.emit(EV_SWITCH, main, sleeper, 0);
    ring0.emit(EV_TOKEN_CONTENTION, writer, token, 1);
    ring0.emit(EV_IPI_SENT, 1, number, 5);
    ring0.emit(EV_SLEEP, sleeper, counter, 3);
    ring0.emit(EV_WAKEUP, sleeper, counter, 0);
    ring0.emit(EV_PANIC, main, 0, 0);
    assert.equal(bus.pump(), 8);
    ring0.emit(EV_FORK, 1, 102, 0);
    ring0.emit(EV_EXEC, 102, 3, 0);
    ring0.emit(EV_EXIT, 102, 256, 0);
    assert.equal(bus.pump(), 3);
    const named = (td: number, name: string) => ({ td, name });
    const base = (sequence: number) => ({ cpu: 0, tick: 12, sequence });
    assert.deepEqual(heard, [
      { kind: 'thread-created', ...base(0), thread: named(writer, 'writer'), function: 'writer', target: 1 },
      { kind: 'thread-exited', ...base(1), thread: named(writer, 'writer'), result: 42 },
      { kind: 'switch', ...base(2), from: named(main, 'main'), to: named(sleeper, 'sleeper') },
      {
        ...{ kind: 'token-contention', ...base(3), thread: named(writer, 'writer') },
        ...{ token, name: 'accounts', state: 'exclusive' },
      },
      { kind: 'ipi-sent', ...base(4), other: 1, function: 'writer', argument: 5 },
      {
        kind: 'sleep',
        ...base(5),
        thread: named(sleeper, 'sleeper'),
        ident: counter,
        message: 'count',
        ticks: 3,
      },
      { kind: 'wakeup', ...base(6), thread: named(sleeper, 'sleeper'), ident: counter },
      { kind: 'panic', ...base(7), thread: named(main, 'main') },
      { kind: 'fork', ...base(8), pid: 1, child: 102 },
      { kind: 'exec', ...base(9), pid: 102, flags: 3 },
      { kind: 'exit', ...base(10), pid: 102, status: 256 },
    ]);
  });

  it('has a stream for each kind', async () => {
    const { bus, ring0, ring1, main } = heardMachine();
    const kinds: string[] = [];
    const {
      threadCreated$,
      threadExited$,
      switch$,
      tokenContention$,
      ipi$,
      sleep$,
      wakeup$,
      panic$,
      fork$,
      exec$,
      exit$,
      dropped$,
    } = bus;
    const streams = {
      threadCreated$,
      threadExited$,
      switch$,
      tokenContention$,
      ipi$,
      sleep$,
      wakeup$,
      panic$,
      fork$,
      exec$,
      exit$,
      dropped$,
    };
    for (const [name, stream] of Object.entries(streams) as [string, Observable<MachineEvent>][]) {
      stream.subscribe(({ kind }) => kinds.push(`${name} ${kind}`));
    }
    const first = firstValueFrom(bus.switch$);
    for (let kind = EV_THREAD_CREATED; kind < EV_PANIC; kind++) ring0.emit(kind, main, 1, 0);
    bus.pump();
    for (const kind of [EV_PANIC, EV_FORK, EV_EXEC, EV_EXIT]) ring0.emit(kind, main, 0, 0);
    for (let count = 0; count < 10; count++) ring1.emit(EV_IPI_RECEIVED, 0, 1, 0);
    bus.pump();
    assert.equal((await first).from.name, 'main');
    assert.deepEqual([...new Set(kinds)].sort(), [
      ...['dropped$ dropped', 'exec$ exec', 'exit$ exit', 'fork$ fork'],
      ...['ipi$ ipi-received', 'ipi$ ipi-sent', 'panic$ panic', 'sleep$ sleep'],
      ...['switch$ switch', 'threadCreated$ thread-created', 'threadExited$ thread-exited'],
      ...['tokenContention$ token-contention', 'wakeup$ wakeup'],
    ]);
  });

  it('orders events by tick and, within a CPU, as they came; and tells what was dropped', () => {
    const { bus, heard, kernel, ring0, ring1 } = heardMachine();
    const tick = (ticks: number): void => void (kernel.words[kernel.kern + KERN.k_ticks] = ticks);
    ring1.emit(EV_IPI_SENT, 0, 0, 1);
    tick(13);
    for (let count = 0; count < 11; count++) ring0.emit(EV_IPI_SENT, 0, 0, 2);
    tick(14);
    ring1.emit(EV_IPI_SENT, 0, 0, 3);
    bus.pump();
    const told = heard.map((event) =>
      event.kind === 'dropped' ? `-${event.count}` : `${event.tick}.${event.cpu}`,
    );
    assert.deepEqual(
      told.filter((text, i) => text !== told[i - 1]),
      ['12.1', '13.0', '-3', '14.1'],
    );
  });

  it('does nothing when it is pumped from a subscriber', () => {
    const { bus, ring0, heard } = heardMachine();
    bus.events$.subscribe(() => assert.equal(bus.pump(), 0));
    ring0.emit(EV_WAKEUP, 0, 0, 0);
    bus.pump();
    assert.equal(heard.length, 1);
  });
});

describe('the event bus and its subscribers', () => {
  it('reports one that throws with the event it was given, and tells the others', () => {
    const { bus, ring0, heard, failures } = heardMachine();
    const reported: SubscriberFailure[] = [];
    bus.errors$.subscribe((failure) => reported.push(failure));
    bus.wakeup$.subscribe(() => {
      throw new Error('mine');
    });
    bus.wakeup$
      .pipe(
        map(() => {
          throw new Error('operator');
        }),
      )
      .subscribe();
    const later: MachineEvent[] = [];
    bus.events$.subscribe((event) => later.push(event));
    ring0.emit(EV_WAKEUP, 0, 0, 0);
    assert.equal(bus.pump(), 1);
    assert.deepEqual([heard.length, later.length], [1, 1]);
    assert.deepEqual(
      reported.map(({ error, event }) => [(error as Error).message, event?.kind]),
      [
        ['mine', 'wakeup'],
        ['operator', 'wakeup'],
      ],
    );
    assert.deepEqual(failures, reported);
  });

  it('warns of failures that nobody asked to hear of', () => {
    const { kernel } = smallMachine();
    const bus = new EventBus(kernel);
    bus.events$.subscribe(() => {
      throw new Error('unheard');
    });
    EventRing.of(kernel.memory, 0)!.emit(EV_WAKEUP, 0, 0, 0);
    const emitWarning = process.emitWarning.bind(process);
    const warnings: string[] = [];
    process.emitWarning = (text: string | Error) => void warnings.push(String(text).split('\n')[0]);
    try {
      bus.pump();
    } finally {
      process.emitWarning = emitWarning;
    }
    assert.deepEqual(warnings, ['a subscriber of a wakeup event threw: Error: unheard']);
  });

  it('reports events of a kind nobody declared, and hands out the rest', () => {
    const { bus, ring0, heard, failures } = heardMachine();
    ring0.emit(77, 0, 0, 0);
    ring0.emit(EV_WAKEUP, 0, 0, 0);
    bus.pump();
    assert.equal(heard.length, 1);
    assert.match(String(failures[0]?.error), /cpu0 emitted an event of the unknown kind 77/);
  });

  it('hands out what is left when it is closed, completes, and hears no more', () => {
    const { bus, ring0, heard, main } = heardMachine();
    let completed = 0;
    bus.events$.subscribe({ complete: () => completed++ });
    // Closed by a subscriber, in the middle of a batch.
    bus.panic$.subscribe(() => bus.close());
    ring0.emit(EV_PANIC, main, 0, 0);
    ring0.emit(EV_WAKEUP, main, 0, 0);
    bus.pump();
    bus.close();
    ring0.emit(EV_WAKEUP, main, 0, 0);
    assert.equal(bus.pump(), 0);
    assert.deepEqual([heard.length, completed], [2, 1]);
  });

  it('is as quiet as the machine when that was booted without rings', () => {
    const bus = new EventBus(bootedKernel(2, 0));
    assert.equal(bus.pump(), 0);
    bus.close();
  });
});
