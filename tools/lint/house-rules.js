/**
 * The house rules that ESLint can check from the syntax alone, as lists that eslint.config.js puts together
 * per folder. A later list of one rule replaces an earlier one in a flat config; so they are joined here.
 */

const enums = {
  selector: 'TSEnumDeclaration',
  message: 'No enums: write a const object (or a union of literals) and its type.',
};

const defaultExports = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'No default exports but of scenario files: one name for one thing.',
  },
  {
    selector: 'ExportSpecifier[exported.name="default"]',
    message: 'No default exports but of scenario files: one name for one thing.',
  },
];

const moduleState = {
  selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
  message:
    'No module-level mutable state: it survives the reset of a machine. Keep it in an object of the run.',
};

const unordered = {
  selector: 'ForInStatement',
  message: 'The order of for-in depends on how the object was made: iterate an array or a Map.',
};

const today = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'No wall clock here: time comes in through an injected interface.',
};

const sleeps = {
  selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]',
  message: 'No sleeps in tests: wait for the event itself, or step the schedule.',
};

/** `no-restricted-syntax` for most files, for scenario files, for tests; and for the deterministic parts. */
export const syntax = ['error', enums, ...defaultExports];
export const scenarioSyntax = ['error', enums];
export const testSyntax = ['error', enums, ...defaultExports, sleeps];
const deterministicSyntax = ['error', enums, ...defaultExports, moduleState, unordered, today];

const injected = 'Time, randomness and order come in through injected interfaces (design.md, section 7).';
const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const clocks = [
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'timers',
  'timers/promises',
  'perf_hooks',
];

/** What the deterministic parts may not touch: clocks, timers and random numbers of the host. */
export const deterministicRules = {
  'no-restricted-syntax': deterministicSyntax,
  'no-restricted-globals': [
    'error',
    {
      globals: [...timers, 'performance', 'crypto'].map((name) => ({ name, message: injected })),
      checkGlobalObject: true,
    },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: injected },
    { object: 'Math', property: 'random', message: injected },
    { object: 'performance', property: 'now', message: injected },
    { object: 'process', property: 'hrtime', message: injected },
    { object: 'process', property: 'nextTick', message: injected },
  ],
  'no-restricted-imports': [
    'error',
    { paths: [...clocks, 'node:crypto', 'crypto'].map((name) => ({ name, message: injected })) },
  ],
};
