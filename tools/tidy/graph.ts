/**
 * The rule that the three graphs of packages are one: dependencies of the manifests, references of the
 * tsconfigs, and the layers of tools/layers, in which every dependency points down.
 */
import type { Package, Repository } from './repository.ts';

const SCOPE = '@smplab/';

export type Layers = Readonly<Record<string, readonly string[]>>;

/** The sisters a package depends on, at run time or (as a peer) through its user. */
function sistersOf(each: Package): string[] {
  const dependencies = Object.keys({ ...each.manifest.dependencies, ...each.manifest.peerDependencies });
  return dependencies.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length));
}

function difference(left: readonly string[], right: readonly string[]): string[] {
  return left.filter((name) => !right.includes(name));
}

/** tsc builds what npm links: references equal dependencies. */
export function referenceProblems(each: Package): string[] {
  const sisters = sistersOf(each);
  return [
    ...difference(sisters, each.references).map(
      (name) => `depends on ${name} without a reference in tsconfig.json`,
    ),
    ...difference(each.references, sisters).map((name) => `refers to ${name} without a dependency on it`),
  ];
}

/** Dependencies (those of tests too) point down the layers. */
export function layerProblems(each: Package, layers: Layers): string[] {
  const below = layers[each.name];
  if (below === undefined) return ['is in no layer of tools/layers/layers.json'];
  const development = Object.keys(each.manifest.devDependencies ?? {});
  const tested = development.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length));
  return difference([...sistersOf(each), ...tested], below).map(
    (name) => `depends on ${name}, which is not below it`,
  );
}

/** The root tsconfig builds every package, and no other. */
export function rootProblems(repository: Pick<Repository, 'packages' | 'references'>): string[] {
  const names = repository.packages.map((each) => each.name);
  return [
    ...difference(names, repository.references).map((name) => `tsconfig.json does not build ${name}`),
    ...difference(repository.references, names).map(
      (name) => `tsconfig.json builds ${name}, which is no package`,
    ),
  ];
}
