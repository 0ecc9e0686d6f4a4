import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import { Memory, MemoryRoot } from '@smplab/kmem';
import { KERN } from '@smplab/lwkt';
import { EV_DROPPED, EventRing, type FullPolicy, reserveEventRings, stopEventRings } from '../src/index.ts';
import { EventRingHead, EventRings } from '../src/event-ring.ts';
import { ended, runRing, startRingWorker } from './fixtures/ring-crew.ts';
import { bootedKernel } from './fixtures/small-machine.ts';

/** The ring of cpu0 of a new machine, with a reader. */
function openRing(capacity: number, policy: FullPolicy = 'count') {
  const kernel = bootedKernel(1, capacity, { policy });
  const ring = EventRing.of(kernel.memory, 0)!;
  ring.open();
  return { kernel, ring };
}

/** What a drain tells, as text: numbers of events, `-n` for n dropped ones. */
function drained(ring: EventRing): number[] {
  const told: number[] = [];
  ring.drain((kind, _tick, a) => told.push(kind === EV_DROPPED ? -a : a));
  return told;
}

function emit(ring: EventRing, from: number, to: number): void {
  for (let number = from; number <= to; number++) ring.emit(2, number, 0, 0);
}

describe('an event ring', () => {
  it('delivers events in their order, with tick and number', () => {
    const { kernel, ring } = openRing(4);
    kernel.words[kernel.kern + KERN.k_ticks] = 7;
    ring.emit(3, 10, 20, -30);
    ring.emit(6, 11, 21, 31);
    const told: number[][] = [];
    assert.equal(
      ring.drain((...record) => told.push(record)),
      2,
    );
    assert.deepEqual(told, [
      [3, 7, 10, 20, -30, 0],
      [6, 7, 11, 21, 31, 1],
    ]);
    assert.deepEqual(drained(ring), []);
  });

  it('tells how many events found no room, in their place', () => {
    const { ring } = openRing(4);
    emit(ring, 1, 7);
    assert.deepEqual(drained(ring), [1, 2, 3, 4, -3], 'at the end of the stream');
    emit(ring, 8, 13);
    ring.drain(() => undefined);
    emit(ring, 14, 14);
    assert.deepEqual(drained(ring), [14], 'the two before were told of');
  });

  it('tells of a gap in the middle of the stream only once', () => {
    const { ring } = openRing(2);
    emit(ring, 1, 3);
    const told: number[] = [];
    ring.drain((kind, _tick, a) => {
      told.push(kind === EV_DROPPED ? -a : a);
      // Room again, while the reader is at work.
      if (a === 1) emit(ring, 4, 4);
    });
    assert.deepEqual([...told, ...drained(ring)], [1, 2, -1, 4]);
  });

  it('loses only the one record whose visitor throws', () => {
    const { ring } = openRing(4);
    emit(ring, 1, 3);
    assert.throws(
      () =>
        ring.drain(() => {
          throw new Error('no');
        }),
      /no/,
    );
    assert.deepEqual(drained(ring), [2, 3]);
  });

  it('is silent about events from before it was opened, and after it was closed', () => {
    const kernel = bootedKernel(1, 4);
    const ring = EventRing.of(kernel.memory, 0)!;
    emit(ring, 1, 9);
    ring.open();
    emit(ring, 10, 10);
    assert.deepEqual(drained(ring), [10]);
    ring.close();
    emit(ring, 11, 30);
    assert.deepEqual(drained(ring), []);
  });

  it('keeps the last events for a crash dump, whether they were read, dropped or never asked for', () => {
    const { ring } = openRing(4);
    const numbers = (): number[] => ring.lastEvents().map(({ a }) => a);
    assert.deepEqual(numbers(), []);
    emit(ring, 1, 3);
    drained(ring);
    assert.deepEqual(numbers(), [1, 2, 3]);
    emit(ring, 4, 11);
    assert.deepEqual(numbers(), [8, 9, 10, 11]);
    assert.deepEqual(ring.lastEvents()[3], { kind: 2, tick: 0, a: 11, b: 0, c: 0, sequence: 10 });
  });
});

describe('an event ring in the long run', () => {
  it('tells every event once, or that it was dropped, as a queue of that length would', () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant('drain' as const));
    const start = fc.constantFrom(0, 0x7ffffffa, -3);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        start,
        fc.array(step, { maxLength: 30 }),
        (size, first, steps) => {
          const kernel = bootedKernel(1, size);
          const ring = EventRing.of(kernel.memory, 0)!;
          startNumbersAt(kernel.memory, first);
          ring.open();
          const capacity = 2 ** Math.ceil(Math.log2(size));
          let number = 0;
          let queue: number[] = [];
          let lost = 0;
          for (const each of [...steps, 'drain' as const]) {
            if (each === 'drain') {
              assert.deepEqual(drained(ring), lost === 0 ? queue : [...queue, -lost]);
              queue = [];
              lost = 0;
              continue;
            }
            for (let count = 0; count < each; count++) {
              number++;
              ring.emit(2, number, 0, 0);
              if (queue.length < capacity) queue.push(number);
              else lost++;
            }
            const kept = Array.from(
              { length: Math.min(number, capacity) },
              (_, back) => number - back,
            ).reverse();
            if (first === 0)
              assert.deepEqual(
                ring.lastEvents().map(({ a }) => a),
                kept,
              );
          }
        },
      ),
    );
  });
});

/** As if the CPU had emitted that many events already; modulo 2^32. */
function startNumbersAt(memory: Memory, first: number): void {
  const rings = memory.words[memory.root(MemoryRoot.kernel) + KERN.k_events];
  const ring = memory.words[rings + EventRings.offsets.er_first];
  memory.words[ring + EventRingHead.offsets.ev_emitted] = first;
}

describe('a ring that blocks', () => {
  it('makes room instead of waiting where reader and CPU share a thread', () => {
    const { ring } = openRing(2, 'block');
    const told: number[] = [];
    ring.whenFull = () => told.push(...drained(ring));
    emit(ring, 1, 9);
    assert.deepEqual([...told, ...drained(ring)], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('counts what found no room even so', () => {
    const { ring } = openRing(2, 'block');
    ring.whenFull = () => undefined;
    emit(ring, 1, 3);
    assert.deepEqual(drained(ring), [1, 2, -1]);
  });

  it('waits for nobody when there is no reader', () => {
    const { ring } = openRing(2, 'block');
    ring.close();
    emit(ring, 1, 5);
    assert.equal(ring.lastEvents().length, 2);
  });

  it('loses nothing between two threads', async () => {
    const { kernel } = openRing(16, 'block');
    assert.deepEqual(await runRing(kernel.memory, 5_000), { delivered: 5_000, dropped: 0, wrong: 0 });
  });

  it('lets a CPU that waits for room go on when the machine halts, and counts the rest', async () => {
    const { kernel, ring } = openRing(4, 'block');
    const { buffer } = kernel.memory;
    const order = { buffer, role: 'emit', events: 7, gate: 0, results: 0, announceAt: 4 } as const;
    const worker = startRingWorker(order);
    const end = ended(worker);
    await once(worker, 'message');
    stopEventRings(kernel.memory);
    await end;
    assert.deepEqual(drained(ring), [0, 1, 2, 3, -3]);
  });
});

describe('a ring that counts', () => {
  it('tells two threads apart what came and what was dropped, to the last event', async () => {
    const { kernel } = openRing(16, 'count');
    const { delivered, dropped, wrong } = await runRing(kernel.memory, 50_000);
    assert.deepEqual({ all: delivered + dropped, wrong }, { all: 50_000, wrong: 0 });
    assert.ok(delivered >= 16);
  });
});

describe('laying out event rings', () => {
  it('rounds up to powers of two, and makes none for none', () => {
    const { ring } = openRing(3);
    emit(ring, 1, 4);
    assert.deepEqual(drained(ring), [1, 2, 3, 4]);
    assert.equal(EventRing.of(bootedKernel(1, 0).memory, 0), null);
    assert.equal(EventRing.of(bootedKernel(2, 4).memory, 2), null);
    assert.equal(EventRing.of(Memory.create(), 0), null);
  });

  it('refuses counts that make no sense, and a memory without a kernel', () => {
    const { memory } = bootedKernel(1, 0);
    for (const count of [-1, 1.5, 2 ** 30]) {
      assert.throws(() => reserveEventRings(memory, 1, count), /EINVAL: event rings of/);
    }
    assert.throws(() => reserveEventRings(memory, 1, 4, { kept: -2 }), /EINVAL/);
    assert.throws(() => reserveEventRings(Memory.create(), 1, 4), /without a kernel/);
  });
});
