/** The house rules, applied to this repository. Each rule is tested on samples beside it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contractProblems, needsContract } from './contract.ts';
import { declarationProblems } from './declaration.ts';
import { layerProblems, referenceProblems, rootProblems, type Layers } from './graph.ts';
import { lockProblems, type Lock } from './lock.ts';
import { manifestProblems, readmeProblems } from './manifest.ts';
import { mirrorProblems } from './mirror.ts';
import { nameProblems } from './name.ts';
import { pageProblems } from './page.ts';
import { readRepository } from './repository.ts';
import { markerProblems, widthProblems } from './text.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

function none(problems: string[]): void {
  assert.ok(problems.length === 0, `\n  ${problems.join('\n  ')}`);
}

describe('tidy', () => {
  const repository = readRepository(fileURLToPath(new URL('../..', import.meta.url)));
  const { packages, sources } = repository;
  const layers = read('../layers/layers.json') as Layers;
  const untested = read('untested.json') as Record<string, string>;

  /** The problems a rule finds in each item, each with the name of the item before it. */
  function problemsIn<T>(
    items: readonly T[],
    label: (item: T) => string,
    rule: (item: T) => string[],
  ): string[] {
    return items.flatMap((item) => rule(item).map((problem) => `${label(item)}: ${problem}`));
  }
  const inSources = (rule: (file: (typeof sources)[number]) => string[]): string[] =>
    problemsIn(sources, (file) => file.path, rule);
  const inPackages = (rule: (each: (typeof packages)[number]) => string[]): string[] =>
    problemsIn(packages, (each) => each.name, rule);

  it('opens every source file with its contract', () => {
    none(inSources((file) => (needsContract(file.path) ? contractProblems(file) : [])));
  });

  it('keeps lines within the page', () => {
    none(inSources(widthProblems));
  });

  it('leaves no markers of unfinished work', () => {
    none(inSources(markerProblems));
  });

  it('names files in kebab-case, by what they own', () => {
    none(inSources((file) => nameProblems(file.path)));
  });

  it('declares no enums, and default exports in scenario files alone', () => {
    none(inSources(declarationProblems));
  });

  it('mirrors every source with behaviour in a test', () => {
    none(mirrorProblems(sources, untested));
  });

  it('gives packages one version, one range of engines, a licence and an exports map', () => {
    none(inPackages((each) => manifestProblems(each, repository)));
  });

  it('shows every package at work in its README', () => {
    none(inPackages((each) => readmeProblems(each.readme)));
  });

  it('keeps references of tsconfigs equal to dependencies', () => {
    none([...inPackages(referenceProblems), ...rootProblems(repository)]);
  });

  it('lets dependencies between packages point down', () => {
    none(inPackages((each) => layerProblems(each, layers)));
  });

  it('locks every package that npm ci will ask for', () => {
    none(lockProblems(read('../../package-lock.json') as Lock));
  });

  it('keeps CONTRIBUTING.md to a page', () => {
    none(pageProblems(repository.contributing));
  });
});
