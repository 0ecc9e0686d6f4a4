/** Owns what an inspection says of the last events of each CPU, as lines a person reads. Pure. */
import { EVENT_KINDS } from '@smplab/lwkt';
import { stateNameOf } from '@smplab/token';
import type { MachineMap } from './machine-map.ts';

const MOST_EVENTS = 1 << 24;

export interface EventReport {
  readonly cpu: number;
  readonly tick: number;
  readonly sequence: number;
  readonly kind: string;
  readonly text: string;
}

/** The events that the rings keep, of each CPU the oldest first. */
export function eventReports(map: MachineMap): EventReport[] {
  const rings = map.kern('k_events');
  if (rings === 0) return [];
  if (!map.file.has('event_rings', rings)) {
    map.remarks.push(`k_events is ${rings}, where no rings can be`);
    return [];
  }
  return map.cpus.flatMap(({ cpuid }) => eventsOf(map, rings, cpuid));
}

function eventsOf(map: MachineMap, rings: number, cpuid: number): EventReport[] {
  const { file } = map;
  const shape = (field: string): number => file.field('event_rings', rings, field);
  const ring = shape('er_first') + cpuid * shape('er_stride');
  const kept = shape('er_kept');
  const recordWords = file.layout('event_record').size;
  const first = ring + file.layout('event_ring').size + shape('er_capacity') * recordWords;
  if (
    !file.has('event_ring', ring) ||
    kept < 1 ||
    kept > MOST_EVENTS ||
    first + kept * recordWords > file.top
  ) {
    map.remarks.push(`the event ring of cpu${cpuid} does not lie in the memory`);
    return [];
  }
  const emitted = file.field('event_ring', ring, 'ev_emitted');
  const events: EventReport[] = [];
  for (let back = kept; back > 0; back--) {
    const sequence = (emitted - back) | 0;
    const at = first + (sequence & (kept - 1)) * recordWords;
    if (file.field('event_record', at, 'e_sequence') !== sequence || (emitted >= 0 && sequence < 0)) continue;
    events.push(eventReport(map, cpuid, at));
  }
  return events;
}

function eventReport(map: MachineMap, cpu: number, at: number): EventReport {
  const read = (field: string): number => map.file.field('event_record', at, field);
  const number = read('e_kind');
  return {
    cpu,
    tick: read('e_tick'),
    sequence: read('e_sequence'),
    kind: EVENT_KINDS[number] ?? `kind ${number}`,
    text: textOf(map, number, read('e_a'), read('e_b'), read('e_c')),
  };
}

function textOf(map: MachineMap, number: number, a: number, b: number, c: number): string {
  const call = (): string => `${map.file.functionName(b)}(${map.describe(c)})`;
  switch (EVENT_KINDS[number]) {
    case 'thread-created':
      return `${map.threadName(a)} runs ${map.file.functionName(b)} on cpu${c}`;
    case 'thread-exited':
      return `${map.threadName(a)}, result ${b}`;
    case 'switch':
      return `${map.threadName(a)} → ${map.threadName(b)}`;
    case 'token-contention':
      return `${map.threadName(a)} was refused ${map.tokenName(b)} (${stateNameOf(c)})`;
    case 'ipi-sent':
      return `${call()} to cpu${a}`;
    case 'ipi-received':
      return `${call()} from cpu${a}`;
    case 'sleep':
      return `${map.threadName(a)} on ${map.describe(b)}${c === 0 ? '' : `, at most ${c} ticks`}`;
    case 'wakeup':
      return `${map.threadName(a)} on ${map.describe(b)}`;
    case 'panic':
      return `in ${map.threadName(a)}`;
    case 'fork':
      return `process ${a} makes process ${b}`;
    case 'exec':
      return `process ${a}${b === 0 ? '' : `, flags ${b}`}`;
    case 'exit':
      return `process ${a}, status ${b}`;
    default:
      return `${a} ${b} ${c}`;
  }
}
