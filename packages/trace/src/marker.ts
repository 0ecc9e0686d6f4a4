/**
 * Owns the lines that programs write to trace_marker, by which slices, counters and instants are told where
 * a format has scheduling events alone: `S|pid|name|cookie` and `F` for the ends of a slice that may overlap
 * others, `C|pid|name|value`, `I|pid|name`, as Android's atrace does.
 */
import type { CounterEvent, InstantEvent, IpiEvent, SliceEvent } from './event.ts';

export type MarkedEvent = CounterEvent | InstantEvent | IpiEvent | SliceEvent;

/** A text that cannot end a field or a line. */
const fieldOf = (text: string): string => text.replace(/[|\p{Cc}]/gu, '_');

/** The line of an event; `pid` is the process of its thread, 0 for counters. */
export function markerOf(event: MarkedEvent, pid: number): string {
  if (event.kind === 'counter') return `C|0|${fieldOf(event.track)}|${event.value}`;
  if (event.kind === 'ipi') return `I|${pid}|IPI to CPU ${event.targetCpu}: ${fieldOf(event.name)}`;
  const track = event.track === undefined ? '' : `${event.track}: `;
  const name = fieldOf(track + event.name);
  if (event.kind === 'instant') return `I|${pid}|${name}`;
  return `${event.kind === 'begin' ? 'S' : 'F'}|${pid}|${name}|${event.tid}`;
}
