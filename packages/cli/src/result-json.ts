/**
 * Owns the JSON of `explore` and `replay` (contracts.md, section 1): its keys first and in that order, then
 * what smplab knows beyond them. Pure.
 */
import type { ExploreResult } from '@smplab/explore';

/** One result as a value for JSON.stringify. */
export function resultJson(result: ExploreResult): Record<string, unknown> {
  const { finding, findings, notes, ...contract } = result;
  return {
    ...inOrder(contract),
    details: finding?.details ?? [],
    explanation: finding?.explanation ?? null,
    at: finding?.at ?? null,
    originalContextSwitches: finding?.originalContextSwitches ?? null,
    traceHash: finding?.traceHash ?? null,
    findings: findings.map(({ verdict, message, scheduleNumber, strategy, schedule, at }) => {
      return { verdict, message, at, scheduleNumber, strategy, schedule };
    }),
    notes,
  };
}

const ORDER: readonly (keyof ExploreResult)[] = [
  'scenario',
  'verdict',
  'message',
  'races',
  'schedules',
  'steps',
  'classes',
  'complete',
  'bound',
  'strategy',
  'seed',
  'schedule',
  'contextSwitches',
  'preemptions',
  'strands',
  'trace',
  'options',
  'cpuSeconds',
];

function inOrder(result: Partial<ExploreResult>): Record<string, unknown> {
  return Object.fromEntries(ORDER.map((key) => [key, result[key] ?? null]));
}

/** The one value printed: an array when several scenarios were asked for. */
export function jsonText(results: readonly ExploreResult[], isSeveral: boolean): string {
  const values = results.map(resultJson);
  return JSON.stringify(isSeveral ? values : values[0], null, 2);
}
