/** What eslint.config.js forbids where, seen by linting samples with the very rules it gives each path. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const HOUSE = /^(?:no-restricted-|max-lines|house\/|mocha\/|eqeqeq)/;
const eslint = new ESLint({ cwd: fileURLToPath(new URL('../..', import.meta.url)) });

/** The house rules broken by `text` if it lay at `path`: those that need no types. */
async function broken(path: string, text: string): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(path)) as Linter.Config;
  const rules = Object.fromEntries(Object.entries(config.rules ?? {}).filter(([name]) => HOUSE.test(name)));
  const parser = tseslint.parser as Linter.Parser;
  const messages = new Linter().verify(
    text,
    { files: ['**/*.ts'], languageOptions: { parser }, plugins: config.plugins ?? {}, rules },
    'sample.ts',
  );
  return messages.map((message) => message.ruleId ?? message.message);
}

const long = (head: string, lines: number): string => `${head} {\n${'call();\n'.repeat(lines)}}`;

describe('lint', () => {
  const clocks = ['Date.now()', 'Math.random()', 'performance.now()', 'setTimeout(f)', 'setInterval(f)'];
  const more = ['setImmediate(f)', 'new Date()', 'globalThis.setTimeout(f)', `import 'node:timers/promises'`];
  const kernel = ['kmem', 'token', 'lwkt', 'machine', 'proc', 'vfs', 'procfs', 'explore'];

  for (const text of [...clocks, ...more]) {
    it(`keeps ${text} out of the deterministic parts`, async () => {
      for (const name of kernel)
        assert.notDeepEqual(await broken(`packages/${name}/src/a.ts`, text), [], name);
    });
  }

  it('lets farm, workers, watchdogs, progress lines, benchmarks and the command see the clock', async () => {
    const around = [
      'farm.ts',
      'farm-pool.ts',
      'farm/pool.ts',
      'worker.ts',
      'watchdog.ts',
      'progress.ts',
      'bench.ts',
    ];
    for (const file of [
      ...around.map((name) => `explore/src/${name}`),
      'explore/src/farm/worker.ts',
      'cli/src/a.ts',
    ]) {
      assert.deepEqual(await broken(`packages/${file}`, 'Date.now()'), [], file);
    }
  });

  it('keeps mutable module state and for-in out of the deterministic parts', async () => {
    for (const text of ['let count = 0;', 'export let count = 0;', 'for (const key in table) call(key);']) {
      assert.deepEqual(await broken('packages/kmem/src/a.ts', text), ['no-restricted-syntax'], text);
    }
    assert.deepEqual(
      await broken('packages/kmem/src/a.ts', 'const table = [1]; function f() { let i = 0; }'),
      [],
    );
  });

  it('forbids enums everywhere, and default exports but in scenario files', async () => {
    for (const path of [
      'packages/kmem/src/a.ts',
      'packages/cli/test/a.test.ts',
      'packages/scenarios/src/a.ts',
    ]) {
      assert.deepEqual(await broken(path, 'enum A { b }'), ['no-restricted-syntax'], path);
    }
    for (const text of ['export default 1;', 'const a = 1; export { a as default };']) {
      assert.deepEqual(await broken('packages/cli/src/a.ts', text), ['no-restricted-syntax']);
      assert.deepEqual(await broken('packages/scenarios/src/a.ts', text), []);
      assert.deepEqual(await broken('packages/explore/test/fixtures/a.ts', text), []);
    }
  });

  it('forbids long functions and long files', async () => {
    const path = 'packages/cli/src/a.ts';
    assert.deepEqual(await broken(path, long('function f()', 68)), []);
    assert.deepEqual(await broken(path, long('function f()', 69)), ['max-lines-per-function']);
    assert.deepEqual(await broken(path, '// line\n'.repeat(401)), ['max-lines']);
  });

  it('lets a suite be long, but not the tests and functions in it', async () => {
    const path = 'packages/cli/test/a.test.ts';
    assert.deepEqual(await broken(path, `${long(`describe('a', () =>`, 90)});`), []);
    assert.deepEqual(await broken(path, `${long(`context('a', function ()`, 90)});`), []);
    assert.deepEqual(await broken(path, `${long(`it('a', () =>`, 90)});`), ['house/suite-length']);
    assert.deepEqual(await broken(path, long('function f()', 90)), ['house/suite-length']);
  });

  it('forbids sleeps and exclusive tests', async () => {
    const path = 'packages/cli/test/a.test.ts';
    assert.deepEqual(await broken(path, 'await new Promise((r) => setTimeout(r, 50));'), [
      'no-restricted-syntax',
    ]);
    assert.deepEqual(await broken(path, `it.only('a', () => {});`), ['mocha/no-exclusive-tests']);
  });

  it('reports directives that switch nothing off, and any', async () => {
    const config = (await eslint.calculateConfigForFile('packages/kmem/src/a.ts')) as Linter.Config;
    assert.equal(config.linterOptions?.reportUnusedDisableDirectives, 2);
    assert.deepEqual(config.rules?.['@typescript-eslint/no-explicit-any'], [2]);
  });
});
