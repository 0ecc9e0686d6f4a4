import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MOST_PAYLOAD, PAGE_SIZE, PageWriter } from '../../src/trace-dat/page-writer.ts';
import { eventsOf } from './dat-reader.ts';

interface Written {
  readonly gapNs: number;
  readonly size: number;
}

const written: fc.Arbitrary<Written> = fc.record({
  gapNs: fc.oneof(fc.nat(100), fc.constantFrom(2 ** 27 - 1, 2 ** 27, 2 ** 45)),
  size: fc.oneof(
    fc.integer({ min: 1, max: 30 }).map((words) => 4 * words),
    fc.integer({ min: 1, max: MOST_PAYLOAD }),
  ),
});

/** Writes payloads of sizes, each of one byte again and again, and reads them. */
function reread(events: readonly Written[]): { timeNs: number; size: number; byte: number }[][] {
  const writer = new PageWriter();
  let now = 0;
  for (const [at, { gapNs, size }] of events.entries())
    writer.add((now += gapNs), new Uint8Array(size).fill(at % 251));
  const bytes = Buffer.from(writer.finish());
  assert.equal(bytes.length % PAGE_SIZE, 0);
  const pages = Array.from({ length: bytes.length / PAGE_SIZE }, (_, at) =>
    bytes.subarray(at * PAGE_SIZE, (at + 1) * PAGE_SIZE),
  );
  return pages.map((page) =>
    [...eventsOf(page)].map(({ timeNs, payload }) => {
      return { timeNs, size: payload.length, byte: payload[0] };
    }),
  );
}

describe('pages of a CPU', () => {
  it('have all events whole, of any sizes and at any times', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 60 }), (events) => {
        let now = 0;
        assert.deepEqual(
          reread(events).flat(),
          events.map(({ gapNs, size }, at) => {
            return { timeNs: (now += gapNs), size: 4 * Math.ceil(size / 4), byte: at % 251 };
          }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are full before another begins', () => {
    // A head of 4 bytes each: 4080 are 170 events of 24, and 204 of 20.
    for (const [size, count] of [
      [20, 170],
      [16, 204],
    ]) {
      const pages = reread(Array.from({ length: count + 1 }, () => ({ gapNs: 1, size })));
      assert.deepEqual(
        pages.map(({ length }) => length),
        [count, 1],
      );
    }
  });

  it('have room for the longest payload, and for a long time before it', () => {
    const gapNs = 2 ** 40;
    const pages = reread([0, 1, 2].map(() => ({ gapNs, size: MOST_PAYLOAD })));
    assert.deepEqual(
      pages.map((events) => events.map(({ timeNs, size }) => [timeNs, size])),
      [1, 2, 3].map((at) => [[at * gapNs, MOST_PAYLOAD]]),
    );
  });

  it('are none without events', () => {
    assert.equal(new PageWriter().finish().length, 0);
  });
});
