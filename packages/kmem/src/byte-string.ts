/**
 * Byte ranges in kernel memory: raw bytes and UTF-8 text. Bytes are numbered from the first byte of the first
 * word. The observer of the memory is told once per touched word. Guard: that of the field they belong to.
 */
import { AccessClass, AccessKind } from './access.ts';
import type { AccessClassNumber, AccessKindNumber } from './access.ts';
import { KmemError } from './kmem-error.ts';
import type { Memory } from './memory.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Tells the observer of every word that holds one of the bytes; refreshes the view of the memory. */
function observe(
  memory: Memory,
  index: number,
  start: number,
  count: number,
  kind: AccessKindNumber,
  accessClass: AccessClassNumber,
): void {
  if (count === 0) return;
  const last = index + ((start + count - 1) >> 2);
  memory.requireWord(index);
  memory.cover(last + 1);
  if (memory.observer === undefined) return;
  for (let word = index + (start >> 2); word <= last; word++)
    memory.observer.onAccess(kind, word, accessClass);
}

/** Copies `count` bytes out, starting `start` bytes after word `index`. */
export function readBytes(
  memory: Memory,
  index: number,
  count: number,
  start = 0,
  accessClass: AccessClassNumber = AccessClass.plain,
): Uint8Array {
  observe(memory, index, start, count, AccessKind.read, accessClass);
  const from = index * 4 + start;
  return new Uint8Array(memory.bytes.subarray(from, from + count));
}

/** Copies bytes in, starting `start` bytes after word `index`. */
export function writeBytes(
  memory: Memory,
  index: number,
  source: Uint8Array,
  start = 0,
  accessClass: AccessClassNumber = AccessClass.plain,
): void {
  observe(memory, index, start, source.length, AccessKind.write, accessClass);
  memory.bytes.set(source, index * 4 + start);
}

/** Reads text up to the first NUL, at most `bytes` bytes. Bytes that are no UTF-8 read as U+FFFD. */
export function readCstring(
  memory: Memory,
  index: number,
  bytes: number,
  accessClass: AccessClassNumber = AccessClass.plain,
): string {
  const raw = readBytes(memory, index, bytes, 0, accessClass);
  const end = raw.indexOf(0);
  return decoder.decode(end < 0 ? raw : raw.subarray(0, end));
}

/**
 * Writes text and fills the rest of the `bytes` bytes with NUL. Text that does not fit is cut at a character,
 * as a careful strlcpy; returns the bytes the whole text would take without its NUL, so `>= bytes` means cut.
 */
export function writeCstring(
  memory: Memory,
  index: number,
  bytes: number,
  text: string,
  accessClass: AccessClassNumber = AccessClass.plain,
): number {
  const room = new Uint8Array(bytes);
  encoder.encodeInto(text, room.subarray(0, bytes - 1));
  writeBytes(memory, index, room, 0, accessClass);
  return encoder.encode(text).length;
}

/** A `bytes(n)` field in a view. It moves with the view it came from. */
export class ByteString {
  /** Bytes of the field. */
  readonly length: number;
  /** Word index of the first byte; set by the view. */
  base = 0;
  private readonly memory: Memory;
  private readonly accessClass: AccessClassNumber;

  constructor(memory: Memory, length: number, accessClass: AccessClassNumber) {
    this.memory = memory;
    this.length = length;
    this.accessClass = accessClass;
  }

  /** One byte, 0 to 255. @throws KmemError EINVAL outside the field. */
  get(position: number): number {
    this.requireRange(position, 1);
    const word = this.memory.load(this.base + (position >> 2), this.accessClass);
    return (word >>> ((position & 3) * 8)) & 0xff;
  }

  /** Sets one byte. @throws KmemError EINVAL outside the field. */
  set(position: number, value: number): void {
    this.requireRange(position, 1);
    observe(this.memory, this.base, position, 1, AccessKind.write, this.accessClass);
    this.memory.bytes[this.base * 4 + position] = value;
  }

  /** A copy of `count` bytes from `start`. @throws KmemError EINVAL outside the field. */
  read(start = 0, count: number = this.length - start): Uint8Array {
    this.requireRange(start, count);
    return readBytes(this.memory, this.base, count, start, this.accessClass);
  }

  /** Copies bytes in at `start`. @throws KmemError EINVAL when they do not fit. */
  write(source: Uint8Array, start = 0): void {
    this.requireRange(start, source.length);
    writeBytes(this.memory, this.base, source, start, this.accessClass);
  }

  /** The bytes up to the first NUL (or all) as UTF-8 text. */
  get text(): string {
    return readCstring(this.memory, this.base, this.length, this.accessClass);
  }

  /** Writes UTF-8 text, the rest becomes 0. @throws KmemError EINVAL when it does not fit. */
  set text(value: string) {
    const encoded = encoder.encode(value);
    this.requireRange(0, encoded.length);
    const padded = new Uint8Array(this.length);
    padded.set(encoded);
    this.write(padded);
  }

  private requireRange(start: number, count: number): void {
    if (!Number.isInteger(start) || start < 0 || count < 0 || start + count > this.length) {
      throw new KmemError(
        'EINVAL',
        `bytes ${start}..${start + count} of a byte string of ${this.length} bytes`,
      );
    }
  }
}
