/**
 * Owns the file in which traces are kept: JSON lines, the first of which says what it is, then threads, then
 * events. Reading says which line is wrong and why.
 *
 *     {"format":"smplab-trace","version":1,"name":"two tasks","cpus":2,"description":{"seed":"1"}}
 *     {"tid":1,"pid":1,"name":"hog"}
 *     {"kind":"switch","timeNs":0,"cpu":0,"prev":0,"prevState":"R","next":1}
 */
import type { Trace, TraceEvent, TraceThread } from './event.ts';

const FORMAT = 'smplab-trace';
const VERSION = 1;

/** A text is no such file; the message says the line and what was wrong. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

/** Why a value cannot be that of a key; null if it can. */
type Rule = (value: unknown) => string | null;
interface Shape {
  readonly needed: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
}

const whole: Rule = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? null : 'a whole number from 0';
const positive: Rule = (value) => (whole(value) === null && value !== 0 ? null : 'a whole number from 1');
const finite: Rule = (value) => (typeof value === 'number' && Number.isFinite(value) ? null : 'a number');
const text: Rule = (value) => (typeof value === 'string' ? null : 'a text');
const oneOf =
  (...values: unknown[]): Rule =>
  (value) =>
    values.includes(value) ? null : values.map((each) => JSON.stringify(each)).join(' or ');
const texts: Rule = (value) =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string')
    ? null
    : 'an object of texts';

const HEADER: Shape = {
  needed: { format: oneOf(FORMAT), version: oneOf(VERSION), name: text, cpus: positive },
  optional: { description: texts },
};
const THREAD: Shape = {
  needed: { tid: positive, pid: positive, name: text },
  optional: { processName: text, priority: whole },
};
const ON_CPU = { kind: text, timeNs: whole, cpu: whole };
const SLICE: Shape = { needed: { ...ON_CPU, tid: whole, track: text, name: text } };
const EVENTS: Readonly<Record<string, Shape>> = {
  switch: {
    needed: { ...ON_CPU, prev: whole, prevState: oneOf('R', 'S', 'D', 'T', 'X', 'R+'), next: whole },
  },
  waking: { needed: { ...ON_CPU, tid: whole, waker: whole, targetCpu: whole } },
  ipi: { needed: { ...ON_CPU, targetCpu: whole, name: text, tid: whole } },
  begin: SLICE,
  end: SLICE,
  instant: { needed: { ...ON_CPU, tid: whole, name: text }, optional: { track: text } },
  counter: { needed: { kind: text, timeNs: whole, track: text, value: finite } },
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a text is meant as such a file, whole or not. */
export function looksLikeTraceFile(text: string): boolean {
  return new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${FORMAT}"`).test(text);
}

export function writeTraceFile({ name, cpus, threads, events, description }: Trace): string {
  const header = { format: FORMAT, version: VERSION, name, cpus, ...(description && { description }) };
  return [header, ...threads, ...events].map((each) => `${JSON.stringify(each)}\n`).join('');
}

export function readTraceFile(content: string): Trace {
  const lines = content.split('\n');
  if (content.trim() === '') throw new TraceFileError('line 1: it is empty');
  const header = parsed(lines[0], 1);
  check(header, HEADER, 'a header', 1);
  const threads: TraceThread[] = [];
  const events: TraceEvent[] = [];
  for (let at = 1; at < lines.length; at++) {
    if (lines[at].trim() === '') continue;
    const value = parsed(lines[at], at + 1);
    if ('kind' in value) events.push(eventOf(value, at + 1));
    else if (events.length > 0) throw new TraceFileError(`line ${at + 1}: an event needs "kind"`);
    else {
      check(value, THREAD, 'a thread', at + 1);
      threads.push(value as unknown as TraceThread);
    }
  }
  const { name, cpus, description } = header as unknown as Trace;
  return { name, cpus, threads, events, ...(description && { description }) };
}

function parsed(line: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new TraceFileError(`line ${number}: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new TraceFileError(`line ${number}: an object is needed`);
  return value;
}

function eventOf(value: Record<string, unknown>, line: number): TraceEvent {
  const kind = String(value['kind']);
  if (!Object.hasOwn(EVENTS, kind)) {
    const kinds = Object.keys(EVENTS).join(', ');
    throw new TraceFileError(
      `line ${line}: "kind" is ${JSON.stringify(value['kind'])}: one of ${kinds} is needed`,
    );
  }
  check(value, EVENTS[kind], `an event "${kind}"`, line);
  return value as unknown as TraceEvent;
}

function check(value: Record<string, unknown>, shape: Shape, what: string, line: number): void {
  const { needed, optional = {} } = shape;
  for (const [key, rule] of Object.entries(needed)) {
    if (!(key in value)) throw new TraceFileError(`line ${line}: ${what} needs "${key}"`);
    ask(rule, key, value[key], line);
  }
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(needed, key)) continue;
    if (!Object.hasOwn(optional, key)) throw new TraceFileError(`line ${line}: ${what} has no "${key}"`);
    ask(optional[key], key, value[key], line);
  }
}

function ask(rule: Rule, key: string, value: unknown, line: number): void {
  const wanted = rule(value);
  if (wanted === null) return;
  throw new TraceFileError(
    `line ${line}: "${key}" is ${shortened(JSON.stringify(value))}: ${wanted} is needed`,
  );
}

function shortened(json: string): string {
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}
