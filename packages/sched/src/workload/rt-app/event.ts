/**
 * Owns the events of an rt-app thread: what their keys begin with, what they want, and what they say. They
 * happen in the order in which they stand there.
 */
import type { Variate } from '../variate.ts';
import type { Fields } from './fields.ts';
import type { LooseEntry, Place } from './loose-json.ts';

export type RtEvent = { readonly key: string; readonly at: Place } & (
  | { readonly type: 'run' | 'runtime' | 'sleep'; readonly law: Variate }
  | { readonly type: 'timer'; readonly ref: string; readonly periodNs: number; readonly isAbsolute: boolean }
  | { readonly type: 'wait' | 'sync'; readonly ref: string; readonly mutex: string }
  | { readonly type: RefType; readonly ref: string }
  | { readonly type: 'yield' | 'nothing' }
);

const REF_TYPES = [
  'lock',
  'unlock',
  'signal',
  'broad',
  'barrier',
  'suspend',
  'resume',
  'sem_post',
  'sem_wait',
  'fork',
] as const;
type RefType = (typeof REF_TYPES)[number];

/** What keys of events begin with: of two that fit the longer one comes first. */
export const EVENT_PREFIXES = [
  'runtime',
  'run',
  'sleep',
  'timer',
  'wait',
  'sync',
  'yield',
  ...REF_TYPES,
  'iorun',
  'memrun',
  'mem',
] as const;

/** The kind of event that a key stands for; undefined for none. */
export function eventType(key: string): (typeof EVENT_PREFIXES)[number] | undefined {
  return EVENT_PREFIXES.find((prefix) => key.startsWith(prefix));
}

const PARTS = { timer: ['ref', 'period', 'mode'], wait: ['ref', 'mutex'], sync: ['ref', 'mutex'] } as const;

/** An event of a thread. */
export function readEvent(fields: Fields, entry: LooseEntry, thread: string): RtEvent {
  const { key, at } = entry;
  const type = eventType(key);
  switch (type) {
    case 'run':
    case 'runtime':
    case 'sleep':
      return { key, at, type, law: fields.law(entry) };
    case 'timer':
      return { key, at, type, ...readTimer(fields, entry) };
    case 'wait':
    case 'sync': {
      const parts = fields.byKey(fields.object(entry), `"${key}"`, PARTS[type]);
      const [ref, mutex] = PARTS[type].map((name) => {
        const part = parts.get(name);
        return part === undefined ? fields.fail(at, `"${key}" has no "${name}"`) : fields.text(part);
      });
      return { key, at, type, ref, mutex };
    }
    case 'yield':
      if (entry.value.kind !== 'nothing' && entry.value.kind !== 'null') fields.text(entry);
      return { key, at, type };
    case 'suspend':
      // workgen writes the name of the thread there.
      return { key, at, type, ref: fields.textOr(entry, thread) };
    case 'iorun':
    case 'mem':
    case 'memrun':
      if (type !== 'memrun' || entry.value.kind !== 'object') fields.whole(entry, 0);
      fields.warn(at, `"${key}" of thread "${thread}" takes no time: memory and devices are not modelled`);
      return { key, at, type: 'nothing' };
    case undefined:
      return fields.unknown(entry, `thread "${thread}"`, EVENT_PREFIXES);
    default:
      return { key, at, type, ref: fields.text(entry) };
  }
}

function readTimer(
  fields: Fields,
  entry: LooseEntry,
): { ref: string; periodNs: number; isAbsolute: boolean } {
  const parts = fields.byKey(fields.object(entry), `"${entry.key}"`, PARTS.timer);
  const [ref, period, mode] = PARTS.timer.map((name) => parts.get(name));
  if (period === undefined) fields.fail(entry.at, `"${entry.key}" has no "period"`);
  return {
    ref: ref === undefined ? 'unknown' : fields.text(ref),
    periodNs: fields.time(period),
    isAbsolute: mode !== undefined && fields.word(mode, ['relative', 'absolute']) === 'absolute',
  };
}
