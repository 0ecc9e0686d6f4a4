/** The import rules find a violation of each kind in a sample workspace, and the table of layers is one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const layers = JSON.parse(readFileSync(new URL('layers.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;

const manifest = (name: string): string =>
  JSON.stringify({
    name: `@smplab/${name}`,
    type: 'module',
    exports: { '.': { '@smplab/source': './src/index.ts', default: './dist/index.js' } },
  });

/** Writes a workspace of the files given, each package linked as npm does, and returns the broken rules. */
function violations(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    const all = { ...files };
    const paths = Object.keys(files).filter((path) => path.startsWith('packages/'));
    const names = new Set(paths.map((path) => path.split('/')[1] ?? ''));
    for (const name of names) all[`packages/${name}/package.json`] = manifest(name);
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, 'node_modules/@smplab'), { recursive: true });
    for (const name of names) {
      symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@smplab', name));
    }
    const depcruise = join(root, 'node_modules/.bin/depcruise');
    const options = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'packages'];
    const { stdout, stderr } = spawnSync(depcruise, options, { cwd: folder, encoding: 'utf8' });
    assert.notEqual(stdout, '', stderr);
    const report = JSON.parse(stdout) as {
      summary: { violations: { rule: { name: string }; from: string }[] };
    };
    return report.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('layers', () => {
  it('let a package import what lies below it', () => {
    const files = {
      'packages/kmem/src/index.ts': 'export const word = 4;',
      'packages/explore/src/index.ts': `import { word } from '@smplab/kmem'; export const size = word;`,
    };
    assert.deepEqual(violations(files), []);
  });

  it('catch an import from above, of values and of types alike', () => {
    const files = {
      'packages/kmem/src/index.ts': `import { size } from '@smplab/explore'; export const twice = size * 2;`,
      'packages/kmem/src/typed.ts': `import type { Size } from '@smplab/explore'; export type Twice = Size;`,
      'packages/explore/src/index.ts': 'export const size = 1; export type Size = number;',
    };
    assert.deepEqual(violations(files), [
      'layer-kmem: packages/kmem/src/index.ts',
      'layer-kmem: packages/kmem/src/typed.ts',
    ]);
  });

  it('catch files that import each other, but let types refer to each other', () => {
    const files = {
      'packages/kmem/src/a.ts': `import { b } from './b.ts'; export const a = (): number => b();`,
      'packages/kmem/src/b.ts': `import { a } from './a.ts'; export const b = (): number => a();`,
      'packages/kmem/src/c.ts': `import type { D } from './d.ts'; export interface C { d: D }`,
      'packages/kmem/src/d.ts': `import type { C } from './c.ts'; export interface D { c: C }`,
    };
    assert.deepEqual(violations(files), ['no-circular: packages/kmem/src/a.ts']);
  });

  it('catch a cycle of values hidden behind types, and leave one alone that a type closes', () => {
    const sources = {
      a: `import type { B } from './b.ts'; import { b } from './b.ts'; export const a = (): B => b();`,
      b: `import { a } from './a.ts'; export type B = number; export const b = (): B => a();`,
      c: `import { d } from './d.ts'; export type C = number; export const c = (): C => d();`,
      d: `import type { C } from './c.ts'; export const d = (): C => 1;`,
      e: `import { type F, f } from './f.ts'; export const e = (): F => f();`,
      f: `import { e } from './e.ts'; export type F = number; export const f = (): F => e();`,
    };
    const entries = Object.entries(sources).map(([name, text]) => [`packages/kmem/src/${name}.ts`, text]);
    assert.deepEqual(violations(Object.fromEntries(entries) as Record<string, string>), [
      'no-circular: packages/kmem/src/a.ts',
      'no-circular: packages/kmem/src/e.ts',
    ]);
  });

  it('catch a library below, where there is none', () => {
    const files = {
      'node_modules/left/package.json': '{"name":"left","main":"index.js"}',
      'node_modules/left/index.js': 'module.exports = 1;',
      'packages/kmem/src/index.ts': `import left from 'left'; export const l = left as number;`,
    };
    assert.deepEqual(violations(files), ['no-libraries: packages/kmem/src/index.ts']);
  });

  it('catch a path into another package, an import of a test, and one that leads nowhere', () => {
    const files = {
      'packages/kmem/src/index.ts': 'export const word = 4;',
      'packages/kmem/test/sample.ts': 'export const sample = 1;',
      'packages/kmem/src/tested.ts': `import { sample } from '../test/sample.ts'; export const s = sample;`,
      'packages/explore/src/deep.ts': `import { word } from '../../kmem/src/index.ts'; export { word };`,
      'packages/explore/src/lost.ts': `import { gone } from './gone.ts'; export const g = gone as number;`,
    };
    assert.deepEqual(violations(files), [
      'resolvable: packages/explore/src/lost.ts',
      'sources-stand-alone: packages/kmem/src/tested.ts',
      'through-the-front-door: packages/explore/src/deep.ts',
    ]);
  });

  it('are listed from the bottom up, each with everything below what it imports', () => {
    const seen: string[] = [];
    for (const [name, below] of Object.entries(layers)) {
      for (const lower of below) {
        assert.ok(seen.includes(lower), `${name} lists ${lower}, which does not come before it`);
        for (const lowest of layers[lower] ?? [])
          assert.ok(below.includes(lowest), `${name} lacks ${lowest}`);
      }
      seen.push(name);
    }
  });
});
