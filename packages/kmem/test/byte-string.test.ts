import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Memory, readBytes, readCstring, writeBytes, writeCstring } from '@smplab/kmem';
import { Proc } from './fixtures/structs.ts';

describe('byte strings', () => {
  it('are read as they were written, at any byte', () => {
    const memory = Memory.create({ initialWords: 256 });
    const area = memory.reserve(32);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (source, start) => {
        writeBytes(memory, area, source, start);
        assert.deepEqual(readBytes(memory, area, source.length, start), new Uint8Array(source));
      }),
    );
  });

  it('cut C strings at a character and end them with NUL', () => {
    const memory = Memory.create({ initialWords: 256 });
    const area = memory.reserve(8);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        fc.pre(!text.includes('\0'));
        const whole = writeCstring(memory, area, 10, text);
        assert.equal(whole, Buffer.byteLength(text));
        const kept = readCstring(memory, area, 10);
        assert.ok(text.startsWith(kept) && Buffer.byteLength(kept) <= 9);
        assert.equal(kept === text, whole < 10);
        assert.equal(memory.bytes[area * 4 + 9], 0);
      }),
    );
  });

  it('keep a byte order mark at the beginning of a C string', () => {
    const memory = Memory.create({ initialWords: 256 });
    const area = memory.reserve(8);
    writeCstring(memory, area, 10, '\ufeffa');
    assert.equal(readCstring(memory, area, 10), '\ufeffa');
  });

  it('in a view are set by byte, by range and as text, within bounds', () => {
    const memory = Memory.create({ initialWords: 256 });
    const p = Proc.view(memory, memory.reserve<'proc'>(Proc.size));
    p.p_key.text = 'kéy';
    p.p_key.set(5, 255);
    assert.deepEqual([...p.p_key.read()], [107, 195, 169, 121, 0, 255]);
    assert.deepEqual([p.p_key.text, p.p_key.get(5), p.p_key.length], ['kéy', 255, 6]);
    p.p_key.write(Uint8Array.of(1, 2), 4);
    assert.deepEqual([...p.p_key.read(3)], [121, 1, 2]);
    assert.throws(() => p.p_key.write(Uint8Array.of(1, 2), 5), /byte string of 6 bytes/);
    assert.throws(() => p.p_key.get(6), /EINVAL/);
    assert.throws(() => (p.p_key.text = 'too long'), /EINVAL/);
  });

  it('tell the observer once per word', () => {
    const memory = Memory.create({ initialWords: 256 });
    const area = memory.reserve(8);
    const seen: number[] = [];
    memory.observer = { onAccess: (_kind, wordIndex) => seen.push(wordIndex - area) };
    writeBytes(memory, area, new Uint8Array(6), 3);
    assert.deepEqual(seen, [0, 1, 2]);
  });
});
