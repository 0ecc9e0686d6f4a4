/**
 * Owns the picture of the repository that the tidy rules judge: its source files and its packages, read once.
 * Rules get plain values from it, so that each can be tested on a sample. Paths are relative and use slashes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One package: `name` is its folder's, which is that of the package without the scope. */
export interface Package {
  readonly name: string;
  readonly manifest: Manifest;
  /** The packages its tsconfig refers to. */
  readonly references: readonly string[];
  readonly readme: string | null;
  readonly hasLicense: boolean;
}

export interface Repository {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly packages: readonly Package[];
  /** The packages that the root tsconfig builds. */
  readonly references: readonly string[];
  readonly sources: readonly SourceFile[];
  readonly contributing: string;
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);
const SOURCE = /\.(?:[cm]?ts|[cm]?js)$/;

function* walk(root: string, folder: string): Generator<string> {
  if (!existsSync(join(root, folder))) return;
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && folder !== '.' && !SKIPPED.has(entry.name)) yield* walk(root, path);
  }
}

function textOf(root: string, path: string): string | null {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
}

function jsonOf(root: string, path: string): unknown {
  return JSON.parse(textOf(root, path) ?? '{}');
}

function referencesOf(root: string, path: string): string[] {
  const config = jsonOf(root, path) as { references?: { path: string }[] };
  return (config.references ?? []).map((reference) => reference.path.split('/').at(-1) ?? '');
}

function readPackage(root: string, name: string): Package {
  return {
    name,
    manifest: jsonOf(root, `packages/${name}/package.json`) as Manifest,
    references: referencesOf(root, `packages/${name}/tsconfig.json`),
    readme: textOf(root, `packages/${name}/README.md`),
    hasLicense: existsSync(join(root, `packages/${name}/LICENSE`)),
  };
}

/** Reads the repository at `root`; of the root folder only the files, of packages, tools and test all. */
export function readRepository(root: string): Repository {
  const folders = readdirSync(join(root, 'packages')).sort();
  const packages = folders.filter((name) => existsSync(join(root, `packages/${name}/package.json`)));
  const paths = ['.', 'packages', 'tools', 'test'].flatMap((folder) => [...walk(root, folder)]);
  return {
    version: (jsonOf(root, 'lerna.json') as { version: string }).version,
    engines: (jsonOf(root, 'package.json') as Manifest).engines ?? {},
    packages: packages.map((name) => readPackage(root, name)),
    references: referencesOf(root, 'tsconfig.json'),
    sources: paths
      .filter((path) => SOURCE.test(path))
      .map((path) => ({ path, text: textOf(root, path) ?? '' })),
    contributing: textOf(root, 'CONTRIBUTING.md') ?? '',
  };
}
