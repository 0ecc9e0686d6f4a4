/**
 * How mocha runs here: TypeScript through tsx, packages resolved to their sources, the closing line CI reads.
 * Mocha adds the files of its command line to those of `spec`; so `spec` is given only when none was named
 * there, and `npx mocha FILE -g TITLE` runs that file alone. All of them run side by side, by files, on half
 * of the CPUs, because many have machines of two CPUs themselves.
 */
const { existsSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const named = process.argv.slice(2).some((argument) => /\.[cm]?[jt]s$/.test(argument));

const spec = ['packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'];
if (existsSync(join(__dirname, 'test'))) spec.push('test/**/*.test.ts');

module.exports = {
  ...(named ? {} : { spec, parallel: true, jobs: Math.max(2, availableParallelism() >> 1) }),
  'node-option': ['import=tsx', 'conditions=@smplab/source'],
  reporter: './tools/reporter/closing-line.ts',
  timeout: 60000,
  'fail-zero': true,
};
