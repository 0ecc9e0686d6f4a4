/**
 * Owns the text of a recorded schedule: `v1:` and base64url of a small binary record, so that it can be
 * pasted into a shell. It names the scenario and its file, carries a fingerprint of what it was recorded of,
 * and a checksum.
 *
 *     checksum, 4 bytes | flags | name | file | fingerprint | shape | maxSteps | decisions | switches
 *
 * Numbers are varints, texts are preceded by their length. Flag 1: what follows the flags is deflated.
 * Flag 2: fix switches that were off by request, in place of the scenario's own, follow the decisions.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { stableCode } from '../engine/operation.ts';
import type { MachineOptions } from '../report/result.ts';

const PREFIX = 'v1:';
const DEFLATED = 1;
const SEEDED = 2;
const MAXIMUM_BYTES = 1 << 24;

/** The call or its input is wrong: one sentence for the user, never a stack trace. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputError';
  }
}

/** A schedule text that cannot be used, and why. */
export class ScheduleError extends InputError {
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

/** What a schedule text carries. */
export interface ScheduleRecord {
  readonly scenario: string;
  /** Relative to the directory it was recorded in; `catalogue` for built-in scenarios; empty if unknown. */
  readonly file: string;
  /** Of the scenario's name and the options that decide what a run does. */
  readonly fingerprint: number;
  /** Hash of the recorded steps without their values: a scenario that was changed gives another one. */
  readonly shape: string;
  readonly maxSteps: number;
  readonly decisions: ArrayLike<number>;
  /** Fix switches that were off by request, instead of the scenario's own. */
  readonly asSeed?: readonly string[];
}

/**
 * Fingerprint of a scenario and the options under which it runs; `machine` as `machineOptionsOf` gives them,
 * null for plain scenarios.
 */
export function fingerprintOf(
  scenario: string,
  maxSteps: number,
  machine: MachineOptions | null = null,
): number {
  const options = machine === null ? '' : `|${JSON.stringify(machine)}`;
  return stableCode(`${scenario}|sc|${maxSteps}${options}`);
}

/** The text of a record; `readSchedule` gives the record back. */
export function writeSchedule(record: ScheduleRecord): string {
  const bytes: number[] = [];
  pushText(bytes, record.scenario);
  pushText(bytes, record.file);
  pushNumber(bytes, record.fingerprint);
  pushText(bytes, record.shape);
  pushNumber(bytes, record.maxSteps);
  pushRuns(bytes, record.decisions);
  const { asSeed } = record;
  if (asSeed !== undefined) pushText(bytes, asSeed.join());
  const plain = Buffer.from(bytes);
  const packed = deflateRawSync(plain, { level: 9 });
  const isSmaller = packed.length < plain.length;
  const body = Buffer.concat([
    Buffer.from([(isSmaller ? DEFLATED : 0) | (asSeed === undefined ? 0 : SEEDED)]),
    isSmaller ? packed : plain,
  ]);
  const whole = Buffer.alloc(body.length + 4);
  whole.writeUInt32LE(checksum(body), 0);
  body.copy(whole, 4);
  return PREFIX + whole.toString('base64url');
}

/** Reads a schedule text; throws ScheduleError with a sentence that says what is wrong with it. */
export function readSchedule(text: string): ScheduleRecord {
  const trimmed = text.trim();
  const version = /^v(\d+):/.exec(trimmed);
  if (version === null) throw new ScheduleError('this is not a schedule: a schedule text starts with "v1:"');
  if (version[0] !== PREFIX) {
    throw new ScheduleError(`this schedule is of version ${version[1]}; this smplab reads version 1`);
  }
  const encoded = trimmed.slice(PREFIX.length);
  const whole = Buffer.from(encoded, 'base64url');
  const isExact = whole.toString('base64url') === encoded;
  if (!isExact || whole.length < 6 || whole.readUInt32LE(0) !== checksum(whole.subarray(4))) {
    throw new ScheduleError('the schedule text is damaged: it was cut or edited (its checksum does not fit)');
  }
  const flags = whole[4];
  const rest = whole.subarray(5);
  const reader = new Reader(
    (flags & DEFLATED) !== 0 ? inflateRawSync(rest, { maxOutputLength: MAXIMUM_BYTES }) : rest,
  );
  const record = {
    scenario: reader.text(),
    file: reader.text(),
    fingerprint: reader.number(),
    shape: reader.text(),
    maxSteps: reader.number(),
    decisions: reader.runs(),
  };
  return (flags & SEEDED) === 0 ? record : { ...record, asSeed: reader.text().split(',') };
}

function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}

function pushText(bytes: number[], text: string): void {
  const encoded = Buffer.from(text, 'utf8');
  pushNumber(bytes, encoded.length);
  for (const byte of encoded) bytes.push(byte);
}

function pushRuns(bytes: number[], values: ArrayLike<number>): void {
  pushNumber(bytes, values.length);
  for (let at = 0; at < values.length;) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    pushNumber(bytes, values[at]);
    pushNumber(bytes, end - at);
    at = end;
  }
}

class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new ScheduleError('the schedule text is damaged: it ends too early');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  text(): string {
    const length = this.number();
    const text = Buffer.from(this.bytes.subarray(this.#at, this.#at + length)).toString('utf8');
    this.#at += length;
    return text;
  }

  runs(): number[] {
    const length = this.number();
    const values: number[] = [];
    while (values.length < length) {
      const value = this.number();
      const end = values.length + this.number();
      if (end > length || end === values.length)
        throw new ScheduleError('the schedule text is damaged: a run is too long');
      while (values.length < end) values.push(value);
    }
    return values;
  }
}
