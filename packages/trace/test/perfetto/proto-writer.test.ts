import assert from 'node:assert/strict';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ProtoWriter } from '../../src/perfetto/proto-writer.ts';

const SCHEMA = `syntax = "proto2";
message M { optional int64 i = 1; optional string t = 2; optional double d = 3; optional M m = 400; }`;
const type = protobuf.parse(SCHEMA).root.lookupType('M');
const decoded = (bytes: Uint8Array): unknown => type.toObject(type.decode(bytes), { longs: String });

interface Nested {
  i?: number;
  t?: string;
  d?: number;
  m?: Nested;
}

const { nested } = fc.letrec<{ nested: Nested }>((tie) => ({
  nested: fc.record(
    {
      i: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 300 })),
      t: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('long '.repeat(4_000))),
      d: fc.double({ noNaN: true }),
      m: tie('nested'),
    },
    { requiredKeys: [] },
  ),
}));

function write(out: ProtoWriter, { i, t, d, m }: Nested): void {
  if (i !== undefined) out.int(1, i);
  if (t !== undefined) out.text(2, t);
  if (d !== undefined) out.double(3, d);
  if (m === undefined) return;
  out.begin(400);
  write(out, m);
  out.end();
}

const withTexts = ({ i, m, ...rest }: Nested): object => {
  return { ...rest, ...(i !== undefined && { i: String(i) }), ...(m !== undefined && { m: withTexts(m) }) };
};

describe('messages of protocol buffers', () => {
  it('are read as they were written, whatever is in them', () => {
    fc.assert(
      fc.property(nested, (message) => {
        const out = new ProtoWriter();
        write(out, message);
        assert.deepEqual(decoded(out.finish()), withTexts(message));
      }),
      { numRuns: 100 },
    );
  });

  it('have the shortest varints there are', () => {
    const bytes = (value: number): number => {
      const out = new ProtoWriter();
      out.int(1, value);
      return out.finish().length - 1;
    };
    const values = [0, 127, 128, 2 ** 32 - 1, 2 ** 32, 2 ** 35 - 1, 2 ** 35, 2 ** 53 - 1, -1];
    assert.deepEqual(values.map(bytes), [1, 1, 2, 5, 5, 5, 6, 8, 10]);
  });

  it('take one written elsewhere', () => {
    const inner = new ProtoWriter();
    inner.int(1, 5);
    const out = new ProtoWriter();
    out.message(400, inner.finish());
    assert.deepEqual(decoded(out.finish()), { m: { i: '5' } });
  });
});
