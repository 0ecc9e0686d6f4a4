/**
 * What `@smplab/cli` offers to programs: the command line as a function. The command itself is bin/smplab.js.
 */
export { run } from './command-line.ts';
