/**
 * Reads trace.dat as its description has it (rostedt/trace-cmd, trace-cmd.dat.v6): written apart from the
 * exporter, so that its files are checked where trace-cmd is not there. Fields are found by the format texts.
 */

interface DatEvent {
  readonly cpu: number;
  readonly timeNs: number;
  readonly name: string;
  readonly fields: Readonly<Record<string, number | string>>;
}

export interface DatFile {
  readonly events: readonly DatEvent[];
  readonly names: ReadonlyMap<number, string>;
  readonly pages: number;
}

interface Format {
  readonly name: string;
  readonly fields: readonly { name: string; offset: number; size: number; isText: boolean }[];
}

/** A cursor over the head of the file. */
class Cursor {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  expect(text: string): void {
    const found = this.bytes.toString('latin1', this.at, this.at + text.length);
    if (found !== text)
      throw new Error(`${JSON.stringify(found)} at ${this.at}, not ${JSON.stringify(text)}`);
    this.at += text.length;
  }

  u32(): number {
    this.at += 4;
    return this.bytes.readUInt32LE(this.at - 4);
  }

  u64(): number {
    this.at += 8;
    return Number(this.bytes.readBigUInt64LE(this.at - 8));
  }

  text(length: number): string {
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  zeroEnded(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }
}

function formatOf(text: string): [number, Format] {
  const fields = [...text.matchAll(/field:(.+?) ?(\w+)(\[\d*\])?;\toffset:(\d+);\tsize:(\d+);/g)].map(
    ([, , name, brackets, offset, size]) => {
      return { name, offset: Number(offset), size: Number(size), isText: brackets !== undefined };
    },
  );
  return [Number(/^ID: (\d+)$/m.exec(text)?.[1]), { name: /^name: (\w+)$/m.exec(text)?.[1] ?? '', fields }];
}

/** The events of a page, with their times. */
export function* eventsOf(page: Buffer): Generator<{ timeNs: number; payload: Buffer }> {
  let timeNs = Number(page.readBigUInt64LE(0));
  const end = 16 + Number(page.readBigUInt64LE(8));
  for (let at = 16; at < end;) {
    const head = page.readUInt32LE(at);
    const delta = head >>> 5;
    let length = 4 * (head & 31);
    at += 4;
    if ((head & 31) === 30) {
      timeNs += delta + page.readUInt32LE(at) * 2 ** 27;
      at += 4;
      continue;
    }
    if ((head & 31) > 28) throw new Error(`an event of type ${head & 31}`);
    if (length === 0) {
      length = page.readUInt32LE(at) - 4;
      at += 4;
    }
    timeNs += delta;
    yield { timeNs, payload: page.subarray(at, at + length) };
    at += length;
    if (at > end) throw new Error('an event beyond the end of its page');
  }
}

function fieldsOf({ fields }: Format, payload: Buffer): Record<string, number | string> {
  const zeroEnded = (from: number): string => payload.toString('utf8', from, payload.indexOf(0, from));
  const values: Record<string, number | string> = {};
  for (const { name, offset, size, isText } of fields) {
    if (isText) values[name] = zeroEnded(offset);
    else values[name] = size === 8 ? Number(payload.readBigInt64LE(offset)) : payload.readIntLE(offset, size);
  }
  return values;
}

function readFormats(cursor: Cursor): Map<number, Format> {
  const formats = new Map<number, Format>();
  const add = (): void => void formats.set(...formatOf(cursor.text(cursor.u64())));
  for (let left = cursor.u32(); left > 0; left--) add();
  for (let systems = cursor.u32(); systems > 0; systems--) {
    cursor.zeroEnded();
    for (let left = cursor.u32(); left > 0; left--) add();
  }
  return formats;
}

/** A whole file: its events of all CPUs, in order of time. */
export function readDat(bytes: Uint8Array): DatFile {
  const buffer = Buffer.from(bytes);
  const cursor = new Cursor(buffer);
  cursor.expect('\x17\x08\x44tracing6\0\0\x08');
  const pageSize = cursor.u32();
  cursor.expect('header_page\0');
  cursor.text(cursor.u64());
  cursor.expect('header_event\0');
  cursor.text(cursor.u64());
  const formats = readFormats(cursor);
  cursor.text(cursor.u32());
  cursor.text(cursor.u32());
  const lines = cursor.text(cursor.u64()).split('\n').slice(0, -1);
  const names = new Map(lines.map((line) => [parseInt(line), line.replace(/^\d+ /, '')]));
  const cpus = cursor.u32();
  cursor.expect('options  \0\0\0flyrecord\0');
  const events: DatEvent[] = [];
  let pages = 0;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const [offset, size] = [cursor.u64(), cursor.u64()];
    if (offset % pageSize !== 0 || size % pageSize !== 0) throw new Error(`CPU ${cpu} is not in whole pages`);
    for (let at = offset; at < offset + size; at += pageSize, pages++) {
      for (const { timeNs, payload } of eventsOf(buffer.subarray(at, at + pageSize))) {
        const format = formats.get(payload.readUInt16LE(0));
        if (format === undefined) throw new Error(`an event without a format: ${payload.readUInt16LE(0)}`);
        events.push({ cpu, timeNs, name: format.name, fields: fieldsOf(format, payload) });
      }
    }
  }
  return { events: events.sort((a, b) => a.timeNs - b.timeNs), names, pages };
}
