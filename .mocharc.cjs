/**
 * How mocha runs here: TypeScript through tsx, packages resolved to their sources, the closing line CI reads.
 * Mocha adds the files of its command line to those of `spec`; so `spec` is given only when none was named
 * there, and `npx mocha FILE -g TITLE` runs that file alone.
 *
 * Without require(esm) mocha imports the files. It would require them otherwise, tsx would make CommonJS of
 * them, and every use of an import would be the call of a getter: exploring took twice the time.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const named = process.argv.slice(2).some((argument) => /\.[cm]?[jt]s$/.test(argument));

const spec = ['packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'];
if (existsSync(join(__dirname, 'test'))) spec.push('test/**/*.test.ts');

module.exports = {
  ...(named ? {} : { spec }),
  'node-option': ['import=tsx', 'conditions=@smplab/source', 'no-experimental-require-module'],
  reporter: './tools/reporter/closing-line.ts',
  timeout: 60000,
  'fail-zero': true,
};
