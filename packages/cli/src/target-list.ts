/**
 * Owns the way from the arguments of `explore` to the scenarios they mean: files (wherever they lie, one
 * scenario or several in each) and names of the catalogue, mixed. Every refusal is one sentence.
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Farm, ScenarioTarget } from '@smplab/explore';
import { loaderUrl, prepare } from './loader/loader-url.ts';
import { nearNames } from './near-name.ts';
import { Refusal } from './refusal.ts';

/** What the arguments came to. */
export interface TargetList {
  readonly targets: readonly ScenarioTarget[];
  /** Several arguments, or a file with several scenarios: JSON is an array then. */
  readonly isSeveral: boolean;
}

export const CATALOGUE = 'catalogue';
const SOURCE_FILE = /\.m?[jt]s$/;
const NOT_SOURCES = /\.(?:cjs|cts|jsx|tsx|json|txt|md|schedule)$/;

/** Whether an argument is meant as a file. */
export function looksLikeFile(argument: string): boolean {
  return SOURCE_FILE.test(argument) || NOT_SOURCES.test(argument) || /^[.~]?\.?[/\\]/.test(argument);
}

/** The absolute path of a scenario file; refuses what is none. */
export function scenarioFile(argument: string): string {
  const path = resolve(argument);
  let isFile: boolean;
  try {
    isFile = statSync(path).isFile();
  } catch {
    throw new Refusal(`there is no file ${argument}`);
  }
  if (!isFile) throw new Refusal(`${argument} is a folder, not a scenario file`);
  if (!SOURCE_FILE.test(path)) {
    throw new Refusal(`${argument} is not a scenario file: those end in .ts, .mts, .js or .mjs`);
  }
  return path;
}

/** How schedules and messages name a file: relative to where the command runs. */
function shownPath(path: string): string {
  return relative(process.cwd(), path) || path;
}

/** A scenario of a file. */
export function fileTarget(path: string, name: string): ScenarioTarget {
  return { module: pathToFileURL(path).href, file: shownPath(path), name, loader: loaderUrl() };
}

/** A scenario of the catalogue, which needs no loader. */
export function catalogueTarget(name: string): ScenarioTarget {
  const path = createRequire(import.meta.url).resolve('@smplab/scenarios');
  return { module: pathToFileURL(path).href, file: CATALOGUE, name, loader: null };
}

/** The scenarios a file exports, found by loading it in a worker under watch. */
export async function scenariosOf(path: string, farm: Farm): Promise<readonly string[]> {
  try {
    const [names] = await Promise.all([farm.list(fileTarget(path, '')), prepare(path)]);
    return names;
  } catch (error) {
    throw await withPlace(path, error);
  }
}

/** Node says of a syntax error neither file nor line: looks for them. */
async function withPlace(path: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !/SyntaxError/.test(`${error.name} ${error.message}`)) return error;
  const { syntaxProblem } = await import('./loader/syntax-problem.ts');
  const problem = await syntaxProblem(path);
  return problem === null ? error : new Refusal(`syntax error at ${problem}`);
}

/**
 * The name, if the catalogue has it; refuses another, with the nearest ones or why the file of that name is
 * none.
 */
export async function catalogued(name: string): Promise<string> {
  const { catalogue, findScenario } = await import('@smplab/scenarios');
  const found = findScenario(name);
  if (found !== undefined) return found.name;
  if (existsSync(name)) return scenarioFile(name);
  const near = nearNames(
    name,
    catalogue.map((entry) => entry.name),
  );
  const hint = near.length === 0 ? '"smplab list" shows all' : `did you mean ${near.join(' or ')}?`;
  throw new Refusal(`"${name}" is neither a scenario file nor a name of the catalogue; ${hint}`);
}

/** The scenarios that the arguments of `explore` mean, in their order. */
export async function findTargets(names: readonly string[], farm: Farm): Promise<TargetList> {
  const targets: ScenarioTarget[] = [];
  let isSeveral = names.length > 1;
  for (const argument of names) {
    if (!looksLikeFile(argument)) {
      targets.push(catalogueTarget(await catalogued(argument)));
      continue;
    }
    const file = scenarioFile(argument);
    const found = await scenariosOf(file, farm);
    if (found.length > 1) isSeveral = true;
    targets.push(...found.map((name) => fileTarget(file, name)));
  }
  return { targets, isSeveral };
}
