/**
 * Owns the wire format of protocol buffers, as far as it is needed: varints, and messages and texts with
 * their length before them. Numbers up to 2^53 and down to -2^53.
 */
import { ByteWriter } from '../byte-writer.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const TWO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export class ProtoWriter {
  readonly #out = new ByteWriter();
  readonly #texts = new Map<string, Uint8Array>();
  /** Where the messages begin that have not ended. */
  readonly #begun: number[] = [];
  readonly #double = new DataView(new ArrayBuffer(8));

  get length(): number {
    return this.#out.length;
  }

  /** What has been written, as a copy. */
  finish(): Uint8Array {
    return this.#out.written.slice();
  }

  #varint(value: number): void {
    const out = this.#out;
    let rest = value;
    while (rest >= TWO_32) {
      out.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    rest >>>= 0;
    while (rest >= 0x80) {
      out.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.u8(rest);
  }

  /** An int32, int64, uint32, uint64 or enum. */
  int(field: number, value: number): void {
    this.#varint((field << 3) | VARINT);
    if (value >= 0) {
      this.#varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#out.u8(Number(rest & 0x7fn) | 0x80);
    this.#out.u8(Number(rest));
  }

  double(field: number, value: number): void {
    this.#varint((field << 3) | FIXED64);
    this.#double.setFloat64(0, value, true);
    for (let at = 0; at < 8; at++) this.#out.u8(this.#double.getUint8(at));
  }

  text(field: number, text: string): void {
    let bytes = this.#texts.get(text);
    if (bytes === undefined) this.#texts.set(text, (bytes = encoder.encode(text)));
    this.#varint((field << 3) | LENGTH);
    this.#varint(bytes.length);
    this.#out.put(bytes);
  }

  /** Begins a message, which goes on until its `end`. */
  begin(field: number): void {
    this.#varint((field << 3) | LENGTH);
    this.#out.u8(0);
    this.#begun.push(this.#out.length);
  }

  /** Ends the message begun last: its length goes before it, which moves it only if it is a long one. */
  end(): void {
    const from = this.#begun.pop() ?? 0;
    const length = this.#out.length - from;
    let more = 0;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) more++;
    if (more > 0) this.#out.shift(from, more);
    let rest = length;
    for (let at = from - 1; at < from - 1 + more; at++) {
      this.#out.set(at, (rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#out.set(from - 1 + more, rest);
  }

  /** Puts a message that was written elsewhere. */
  message(field: number, bytes: Uint8Array): void {
    this.#varint((field << 3) | LENGTH);
    this.#varint(bytes.length);
    this.#out.put(bytes);
  }
}
