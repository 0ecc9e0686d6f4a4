/**
 * Owns bytes that are being written: a buffer that grows, little-endian numbers, UTF-8 texts.
 */

const FIRST_CAPACITY = 1024;
const TWO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** What has been written; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.written);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.#bytes[this.length++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.#view.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** A whole number from 0 to 2^53. */
  u64(value: number): void {
    this.u32(value % TWO_32);
    this.u32(Math.floor(value / TWO_32));
  }

  put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  text(text: string): void {
    this.put(encoder.encode(text));
  }

  /** ASCII text in a field of a size, with zeros behind it, one at least. */
  field(text: string, size: number): void {
    this.reserve(size);
    for (let at = 0; at < size; at++)
      this.#bytes[this.length++] = at < size - 1 && at < text.length ? text.charCodeAt(at) : 0;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.#bytes.fill(0, this.length, this.length + count);
    this.length += count;
  }

  /** Moves what was written from a place on further to the right. */
  shift(from: number, by: number): void {
    this.reserve(by);
    this.#bytes.copyWithin(from + by, from, this.length);
    this.length += by;
  }

  /** Writes a byte again. */
  set(at: number, value: number): void {
    this.#bytes[at] = value;
  }
}
