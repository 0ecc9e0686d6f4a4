/** Results made by hand, as the explorer gives them, for the tests of reports. */
import type { ExploreResult, Finding, TraceStep } from '../../src/report/result.ts';

export const MAIN = 'main';
export const T1 = 'main/t1';
export const T2 = 'main/t2';

/** A step written as `x.store(1)`, with the value it gave after ` → `. */
export function step(strand: string, written: string, rest: Partial<TraceStep> = {}): TraceStep {
  const [text, given] = written.split(' → ') as [string, string | undefined];
  const call = /^(?:(.*)\.)?(\w+)\(/.exec(text);
  let value: number | boolean | null = null;
  if (given !== undefined) value = given === 'true' || given === 'false' ? given === 'true' : Number(given);
  const op = call?.[2] ?? 'log';
  const isStep = !['peek', 'choose', 'log'].includes(op);
  return { strand, op, object: call?.[1] ?? '', text, value, at: null, switched: false, isStep, ...rest };
}

export const LOST_UPDATE: readonly TraceStep[] = [
  step(MAIN, 'spawn(t1)', { at: 'lost-update.ts:6' }),
  step(MAIN, 'spawn(t2)', { at: 'lost-update.ts:7' }),
  step(T1, 'x.load() → 0', { at: 'lost-update.ts:5' }),
  step(T2, 'x.load() → 0', { at: 'lost-update.ts:5', switched: true }),
  step(T2, 'x.store(1)', { at: 'lost-update.ts:5' }),
  step(T1, 'x.store(1)', { at: 'lost-update.ts:5' }),
  step(MAIN, 't1.join() → 0', { at: 'lost-update.ts:8' }),
  step(MAIN, 't2.join() → 0', { at: 'lost-update.ts:8' }),
  step(MAIN, 'x.peek() → 1', { at: 'lost-update.ts:9' }),
];

export function finding(rest: Partial<Finding> = {}): Finding {
  return {
    verdict: 'assertion',
    message: 'x must be 2',
    details: [],
    strand: MAIN,
    at: 'lost-update.ts:9',
    scheduleNumber: 7,
    strategy: 'random',
    schedule: 'v1:8JqA',
    contextSwitches: 2,
    preemptions: 1,
    originalContextSwitches: 9,
    strands: [MAIN, T1, T2],
    trace: LOST_UPDATE,
    explanation: null,
    traceHash: '0',
    ...rest,
  };
}

/** The result of a search that ended with the finding, or with nothing. */
export function result(found: Finding | null, rest: Partial<ExploreResult> = {}): ExploreResult {
  return {
    scenario: 'lost update',
    verdict: found?.verdict ?? 'none',
    message: found?.message ?? '',
    races: [],
    schedules: found?.scheduleNumber ?? 10_000,
    steps: 131,
    classes: null,
    complete: false,
    bound: null,
    strategy: 'random',
    seed: 1,
    schedule: found?.schedule ?? null,
    contextSwitches: found?.contextSwitches ?? null,
    preemptions: found?.preemptions ?? null,
    strands: found?.strands ?? [],
    trace: found?.trace ?? [],
    options: {},
    cpuSeconds: 0.012,
    finding: found,
    findings: found === null ? [] : [found],
    notes: [],
    ...rest,
  };
}
