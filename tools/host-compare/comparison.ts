/**
 * Owns comparing what a sequence gave on the machine and on the host: line by line, with the rules of
 * difference-rules.ts. Lines of one step come from several processes, in an order that nobody promises: they
 * are sorted within the step.
 */
import { DIFFERENCE_RULES } from './difference-rules.ts';

/** The first lines that differ, with the step they belong to; null if there are none. */
interface Difference {
  readonly step: string;
  readonly machine: string;
  readonly host: string;
}

export interface Comparison {
  readonly difference: Difference | null;
  /** How often each rule was needed or made a step be left out, by id. */
  readonly rules: ReadonlyMap<string, number>;
  /** Operations whose results were compared. */
  readonly compared: number;
}

/** Reasons in lines, and the rules they stand for. */
const NOT_ASKED: readonly (readonly [string, string])[] = [
  ['not asked, somebody is stopped', 'stopped-orphan'],
  ['not asked, a zombie', 'zombie-setpgid'],
  ['not asked, a grandchild', 'grandchild'],
];

export function compare(machine: readonly string[], host: readonly string[]): Comparison {
  const rules = new Map<string, number>();
  const [ours, theirs] = [sortedSteps(machine), sortedSteps(host)];
  let step = '';
  let compared = 0;
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const one = ours.at(at) ?? '(nothing)';
    const other = theirs.at(at) ?? '(nothing)';
    if (one.startsWith('@')) step = one;
    const rule = one === other ? notAsked(one) : ruleOf(one, other);
    if (one !== other && rule === null)
      return { difference: { step, machine: one, host: other }, rules, compared };
    if (rule !== null) rules.set(rule, (rules.get(rule) ?? 0) + 1);
    if (one.includes(' = ')) compared++;
  }
  return { difference: null, rules, compared };
}

function sortedSteps(lines: readonly string[]): string[] {
  const sorted: string[] = [];
  let step: string[] = [];
  for (const line of lines) {
    if (line.startsWith('@')) {
      sorted.push(...step.sort(), line);
      step = [];
    } else step.push(line);
  }
  return [...sorted, ...step.sort()];
}

function notAsked(line: string): string | null {
  return NOT_ASKED.find(([text]) => line.includes(text))?.[1] ?? null;
}

function ruleOf(machine: string, host: string): string | null {
  const [line, ours] = machine.split(' = ');
  const [other, theirs] = host.split(' = ');
  if (line !== other || ours === undefined || theirs === undefined) return null;
  const found = DIFFERENCE_RULES.find(
    (rule) =>
      rule.line?.test(line) === true && rule.machine?.test(ours) === true && rule.host?.test(theirs) === true,
  );
  return found?.id ?? null;
}
