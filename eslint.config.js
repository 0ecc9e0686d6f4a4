/**
 * Lint for the whole workspace: typescript-eslint's strict rules with types, and the house rules of
 * tools/lint. Layout belongs to prettier. Each rule that is relaxed says why.
 */
import js from '@eslint/js';
import mocha from 'eslint-plugin-mocha';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { deterministicRules, scenarioSyntax, syntax, testSyntax } from './tools/lint/house-rules.js';
import { suiteLength } from './tools/lint/suite-length.js';

const typescript = ['**/*.ts', '**/*.mts'];
const scripts = ['**/*.js', '**/*.mjs', '**/*.cjs'];
const tests = ['packages/*/test/**/*.ts', 'test/**/*.ts', 'tools/**/*.test.ts'];
const scenarioFiles = [
  'packages/scenarios/src/**/*.ts',
  'packages/*/examples/*.ts',
  'packages/*/test/fixtures/**/*.{ts,mts}',
  'test/fixtures/**/*.ts',
];
const kernel = ['kmem', 'token', 'lwkt', 'machine', 'proc', 'vfs', 'procfs'];
// What runs around the engine of explore, on the wall clock: the farm, its workers, and what watches them.
const aroundEngine = 'farm,worker,watchdog,progress,bench';

const relaxed = {
  // The compiler takes every index to be within bounds (noUncheckedIndexedAccess is off), so a needed check
  // of one looks unnecessary; and a `!` in a numeric loop hides nothing that it knew.
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Numbers and booleans print the same everywhere.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  // A thread that does nothing observable is still a generator.
  'require-yield': 'off',
  // `() => work()` in a short callback says no more than `() => { work(); }`.
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // `while (true)` is how a scheduler loops.
  'no-constant-condition': ['error', { checkLoops: false }],
  // A parameter that an interface asks for and nobody reads is named with an underscore.
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

export default defineConfig(
  { ignores: ['**/dist/**', '**/coverage/**', '**/node_modules/**', '.nx/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      // One program for sources, tests and tools: several times faster than one per package.
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...relaxed,
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 70 }],
      'no-restricted-syntax': syntax,
    },
  },
  {
    files: kernel.map((name) => `packages/${name}/src/**/*.ts`),
    // The host of live machines, on the main thread: it drives their clock, watches them, and ends them in
    // time.
    ignores: ['packages/machine/src/{live,lockstep}/host*.ts'],
    rules: deterministicRules,
  },
  {
    files: ['packages/explore/src/**/*.ts'],
    ignores: [`packages/explore/src/**/{${aroundEngine}}*`, `packages/explore/src/**/{${aroundEngine}}*/**`],
    rules: deterministicRules,
  },
  {
    files: tests,
    plugins: { mocha, house: { rules: { 'suite-length': suiteLength } } },
    rules: {
      'max-lines-per-function': 'off',
      'house/suite-length': ['error', { max: 70 }],
      'no-restricted-syntax': testSyntax,
      'mocha/handle-done-callback': 'error',
      'mocha/no-async-suite': 'error',
      'mocha/no-empty-title': 'error',
      'mocha/no-exclusive-tests': 'error',
      'mocha/no-identical-title': 'error',
      'mocha/no-nested-tests': 'error',
      'mocha/no-pending-tests': 'error',
      'mocha/no-return-and-callback': 'error',
      'mocha/no-sibling-hooks': 'error',
    },
  },
  {
    // The levels of an experiment are what its author says they are.
    files: ['packages/*/examples/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
  { files: scenarioFiles, rules: { 'no-restricted-syntax': scenarioSyntax } },
  {
    // Mocha loads a reporter by its default export.
    files: ['tools/reporter/closing-line.ts'],
    rules: { 'no-restricted-syntax': scenarioSyntax },
  },
  {
    files: scripts,
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
    rules: { 'no-restricted-syntax': scenarioSyntax },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
