/**
 * Owns the trace hash: 64 bits over (strand path, operation kind, location, value) of every step, and never
 * over JavaScript identities (design.md, section 7). Equal schedules give equal hashes on every machine.
 */
import type { Execution } from '../engine/execution.ts';
import { stableCode } from '../engine/operation.ts';
import { mix } from '../engine/hash.ts';
import { TRACE_WORDS } from '../engine/recorder.ts';

/**
 * Hash of the trace of the run that has just ended; without values it is the shape that a schedule is checked
 * against.
 */
export function traceHash(execution: Execution, withValues = true): string {
  const { trace, traceLength } = execution.recorder;
  const paths = new Map<number, number>();
  let low = 0x811c9dc5;
  let high = 0x2545f491;
  for (let at = 0; at < traceLength; at += TRACE_WORDS) {
    const index = trace[at];
    let path = paths.get(index);
    if (path === undefined) paths.set(index, (path = stableCode(execution.strands[index].path)));
    low = mix(mix(mix(low, path), trace[at + 1]), trace[at + 2]);
    high = mix(mix(high, low), path ^ trace[at + 1]);
    if (withValues) low = mix(low, trace[at + 3]);
  }
  return hex(high) + hex(low);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
