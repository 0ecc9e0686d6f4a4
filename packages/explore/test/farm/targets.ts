/**
 * Owns how the tests use a farm: the built one, in a plain node process of its own
 * (fixtures/farm-driver.mjs), because tsx, under which the tests run, does not reach into worker threads.
 * `npm test` builds dist first.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FarmOptions, Progress } from '../../src/farm/farm.ts';
import type { ScenarioTarget } from '../../src/farm/load.ts';
import type { ExploreOptions, ExploreResult } from '../../src/report/result.ts';

/** The program that runs the farm: see there for what it understands. */
export const DRIVER = fileURLToPath(new URL('../fixtures/farm-driver.mjs', import.meta.url));

/** One thing to do on a farm. */
export type Call =
  | {
      readonly op: 'explore' | 'local';
      readonly target: ScenarioTarget;
      readonly options?: ExploreOptions;
      readonly untilProgress?: number;
    }
  | { readonly op: 'list'; readonly target: ScenarioTarget }
  | { readonly op: 'replay'; readonly target: ScenarioTarget; readonly text: string };

/** What a call gave; only what fits the call is there. */
export interface Answer {
  readonly result?: ExploreResult;
  readonly names?: readonly string[];
  readonly reports?: readonly Progress[];
  readonly refusal?: { readonly name: string; readonly message: string };
}

/** A scenario of a file in test/fixtures. */
export function target(file: string, name: string, loader: string | null = null): ScenarioTarget {
  const module = new URL(`../fixtures/${file}`, import.meta.url).href;
  return { module, file, name, loader };
}

/** Makes the calls one after the other on one farm. */
export async function onFarm(calls: readonly Call[], options: FarmOptions = {}): Promise<readonly Answer[]> {
  const driver = fork(DRIVER, { execArgv: [], serialization: 'advanced' });
  driver.send({ options: { workers: 2, ...options }, calls });
  const [answers] = (await once(driver, 'message')) as [readonly Answer[]];
  return answers;
}

/** Explores one scenario on a farm of its own. */
export async function exploreOnFarm(
  scenario: ScenarioTarget,
  options: ExploreOptions = {},
  farmOptions: FarmOptions = {},
): Promise<ExploreResult> {
  const [answer] = await onFarm([{ op: 'explore', target: scenario, options }], farmOptions);
  return resultOf(answer);
}

/** The result of a call that was not refused. */
export function resultOf({ result, refusal }: Answer): ExploreResult {
  if (result === undefined) throw new Error(refusal?.message ?? 'no answer');
  return result;
}

/** A result without what may differ from run to run: the time it took. */
export function timeless(result: ExploreResult): ExploreResult {
  return { ...result, cpuSeconds: 0 };
}
