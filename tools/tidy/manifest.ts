/** The rules on a package as it will be published: manifest, licence, and a README with a short example. */
import type { Package, Repository } from './repository.ts';

const SCOPE = '@smplab/';
const EXAMPLE_LINES_MIN = 3;
const EXAMPLE_LINES_MAX = 12;

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Each point of the exports map must offer the source first, then types, then what was built. */
function exportsProblems(exported: unknown): string[] {
  if (typeof exported !== 'object' || exported === null) return ['has no exports map'];
  if (!('.' in exported)) return ['exports no "."'];
  return Object.entries(exported).flatMap(([point, target]) => {
    const conditions = typeof target === 'object' && target !== null ? Object.keys(target) : [];
    return same(conditions, [`${SCOPE}source`, 'types', 'default'])
      ? []
      : [`exports "${point}" not by the conditions ${SCOPE}source, types, default in this order`];
  });
}

/** The manifest against that of the workspace: one scope, one version, one range of engines, ESM. */
export function manifestProblems(
  each: Package,
  workspace: Pick<Repository, 'version' | 'engines'>,
): string[] {
  const { manifest, name } = each;
  const problems: string[] = [];
  if (manifest.name !== SCOPE + name) problems.push(`is not called ${SCOPE}${name}`);
  if (manifest.version !== workspace.version) problems.push(`has not the version ${workspace.version}`);
  if (manifest.type !== 'module') problems.push('is not of type module');
  if (manifest.license === undefined || !each.hasLicense)
    problems.push('names no license or carries no LICENSE');
  if (!same(manifest.engines, workspace.engines)) problems.push('has other engines than the workspace');
  const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const [dependency, range] of dependencies) {
    const fits = range.replace(/^\^/, '') === workspace.version;
    if (dependency.startsWith(SCOPE) && !fits)
      problems.push(`wants ${dependency} ${range}, not ${workspace.version}`);
  }
  return [...problems, ...exportsProblems(manifest.exports)];
}

/** A README shows the package at work in a ```ts block of about ten lines. */
export function readmeProblems(readme: string | null): string[] {
  if (readme === null) return ['has no README.md'];
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  const lengths = blocks.map((block) => block.split('\n').filter((line) => line.trim() !== '').length);
  return lengths.some((length) => length >= EXAMPLE_LINES_MIN && length <= EXAMPLE_LINES_MAX)
    ? []
    : ['has no ```ts example of about ten lines in its README.md'];
}
