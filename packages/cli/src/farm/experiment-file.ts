/**
 * Owns loading an experiment, TypeScript or JSON, inside a worker: the checked spec, and in words what is
 * wrong with it, for JSON with line and column.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkSpec, ExperimentError, type ExperimentSpec, placeOfPath, type ReadFile } from '@smplab/sched';
import { nearNames } from '../near-name.ts';
import type { ExperimentTarget } from './experiment-task.ts';

/** The spec cannot be had; the message is one sentence for the user. */
export class SpecRefused extends Error {
  override readonly name = 'SpecRefused';
}

export interface LoadedSpec {
  readonly spec: ExperimentSpec;
  readonly read: ReadFile;
}

function refuse(message: string): never {
  throw new SpecRefused(message);
}

/** Files that a spec names are beside it. */
function readerBeside({ path }: ExperimentTarget): ReadFile {
  return (name) => {
    try {
      return readFileSync(resolve(dirname(path), name), 'utf8');
    } catch (error) {
      throw new ExperimentError(`cannot read ${name}: ${(error as Error).message}`, ['workload']);
    }
  };
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return refuse(syntaxError(file, text, (error as Error).message));
  }
}

/** Node says of some syntax errors where they are; of others a more lenient reader knows. */
function syntaxError(file: string, text: string, message: string): string {
  const at = /at position (\d+)/.exec(message);
  if (at === null) {
    try {
      placeOfPath(file, text, []);
    } catch (error) {
      return (error as Error).message;
    }
  }
  const before = text.slice(0, at === null ? text.length : Number(at[1]));
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const what = message.replace(/ in JSON at position .*$/, '').replace(/ \(line .*$/, '');
  return `${file}:${line}:${column}: ${what}`;
}

/** Says where in a JSON file something is wrong. */
export function atPlace(target: ExperimentTarget, error: ExperimentError): SpecRefused {
  const { file, path } = target;
  if (!path.endsWith('.json') || error.path.length === 0) return new SpecRefused(`${file}: ${error.message}`);
  const { line, column } = placeOfPath(file, readFileSync(path, 'utf8'), error.path);
  return new SpecRefused(`${file}:${line}:${column}: ${error.message}`);
}

function isExperiment(value: unknown): value is { spec: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'experiment';
}

async function exported({ path, file, loader }: ExperimentTarget): Promise<unknown> {
  await import(loader);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const raised = error instanceof Error ? error : new Error(String(error));
    return refuse(`${file} cannot be loaded: ${raised.name}: ${raised.message.split('\n')[0]}`);
  }
  const found = new Set(Object.values(module).filter(isExperiment));
  if (found.size > 1) refuse(`${file} exports ${found.size} experiments: one is needed`);
  for (const { spec } of found) return spec;
  return (
    module['default'] ??
    refuse(`${file} exports no experiment: it needs "export default experiment({ ... })"`)
  );
}

/** Loads and checks it. */
export async function loadSpec(target: ExperimentTarget): Promise<LoadedSpec> {
  const { path, file } = target;
  const value = path.endsWith('.json') ? parsed(file, readFileSync(path, 'utf8')) : await exported(target);
  return { spec: checkSpec(value, nearNames), read: readerBeside(target) };
}
