/**
 * Owns what is written down of a run: the decisions (enough to replay it) and the trace (strand, kind,
 * location, value of every step). Buffers are kept from run to run. Runs on the thread that holds the
 * execution.
 *
 *     decisions: one int32 each: index of the strand picked where several could move, or value of a `choose`
 *     trace:     four int32 a step: strand index, kind code, location, value
 */
import { mix } from './hash.ts';

export const TRACE_WORDS = 4;

export class Recorder {
  decisions: Int32Array = new Int32Array(256);
  decisionCount = 0;
  trace: Int32Array = new Int32Array(1024);
  traceLength = 0;
  /** Without a trace, which grows with every step, there is a hash of it only: `rolling`. */
  keepsTrace = true;
  rolling = 0;

  reset(): void {
    this.rolling = 0;
    this.decisionCount = 0;
    this.traceLength = 0;
  }

  decide(value: number): void {
    if (this.decisionCount === this.decisions.length) this.decisions = doubled(this.decisions);
    this.decisions[this.decisionCount++] = value;
  }

  step(strand: number, kindCode: number, location: number, value: number): void {
    if (!this.keepsTrace) {
      this.rolling = mix(mix(mix(mix(this.rolling, strand), kindCode), location), value);
      return;
    }
    const at = this.traceLength;
    if (at === this.trace.length) this.trace = doubled(this.trace);
    const trace = this.trace;
    trace[at] = strand;
    trace[at + 1] = kindCode;
    trace[at + 2] = location;
    trace[at + 3] = value;
    this.traceLength = at + TRACE_WORDS;
  }

  /** A copy of the decisions of this run. */
  takeDecisions(): Int32Array {
    return this.decisions.slice(0, this.decisionCount);
  }
}

function doubled(words: Int32Array): Int32Array {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}
