/**
 * How mocha runs here: TypeScript through tsx, packages resolved to their sources, the closing line CI reads.
 * Mocha adds the files of its command line to those of `spec`; so `spec` is given only when none was named
 * there, and `npx mocha FILE -g TITLE` runs that file alone.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const named = process.argv.slice(2).some((argument) => /\.[cm]?[jt]s$/.test(argument));

const spec = ['packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'];
if (existsSync(join(__dirname, 'test'))) spec.push('test/**/*.test.ts');

module.exports = {
  ...(named ? {} : { spec }),
  'node-option': ['import=tsx', 'conditions=@smplab/source'],
  reporter: './tools/reporter/closing-line.ts',
  timeout: 60000,
  'fail-zero': true,
};
