import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const TEXT = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The blocks of the README in one language, in order. */
function blocks(language: string): string[] {
  const fences = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g');
  return [...TEXT.matchAll(fences)].map(([, code]) => code);
}

/** What a TypeScript program of the README prints when it is run in this package. */
function printed(code: string): string {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const source = ['--import', 'tsx', '--conditions=@smplab/source'];
  const node = [...source, '--input-type=module', '--eval', outputText];
  return execFileSync(process.execPath, node, { cwd: FOLDER, encoding: 'utf8' });
}

describe('the README', () => {
  const [example, strategy, spec] = blocks('ts');
  const [traced, found] = blocks('text');

  it('has an example that prints what it says', () => {
    assert.equal(printed(example), traced);
  });

  it('has a strategy that works', () => {
    assert.equal(printed(strategy), found);
  });

  it('has a mocha test that passes', () => {
    const file = `${FOLDER}test/readme-${process.pid}.spec.ts`;
    writeFileSync(file, spec);
    try {
      const { stdout } = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', file], {
        cwd: `${FOLDER}../..`,
        encoding: 'utf8',
      });
      assert.match(stdout, /1 passing/);
    } finally {
      rmSync(file);
    }
  });

  it('names every verdict and every strategy', async () => {
    const { STRATEGY_NAMES } = await import('../src/strategies/catalogue.ts');
    const { VERDICTS } = await import('../src/engine/verdict.ts');
    const later = new Set<string>(['token-misuse']);
    for (const word of [...VERDICTS, ...STRATEGY_NAMES].filter((name) => !later.has(name))) {
      assert.ok(TEXT.includes(`\`${word}\``), word);
    }
  });
});
