/**
 * Owns the times of events in files that keep a stream for each CPU. Readers merge those by time, and so of
 * two events of one time on two CPUs either may come first: a thread would run before it is woken. Here the
 * later one is put a nanosecond after the earlier, and time catches up as soon as it goes on.
 */
import type { TraceEvent } from './event.ts';

const NONE = -1;
/** An IPI is in the streams of two CPUs. */
const SEVERAL = -2;

/** In which stream an event goes; NONE for those that are no CPU's. */
function streamOf(event: TraceEvent): number {
  if (event.kind === 'switch' || event.kind === 'waking') return event.cpu;
  return event.kind === 'ipi' ? SEVERAL : NONE;
}

/** The time of each event: never less than that of an earlier one, and more if that is in another stream. */
export function separatedTimes(events: readonly TraceEvent[]): Float64Array {
  const times = new Float64Array(events.length);
  let last = -1;
  let before = NONE;
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    const stream = streamOf(event);
    if (event.timeNs > last) {
      last = event.timeNs;
      before = NONE;
    } else if (stream !== NONE && before !== NONE && (stream !== before || stream === SEVERAL)) last++;
    times[at] = last;
    if (stream !== NONE) before = stream;
  }
  return times;
}
